"""What is one tenant's is not there for another, in the same store and under the same keys."""

from __future__ import annotations

import pytest

from backend.errors import InvalidRequest, NotFound
from backend.storage import MemoryStore
from backend.storage.links import LinkSigner
from backend.storage.tenancy import store_of
from backend.tenants import MAIN

KEY = "narrations/nar_1/1/audio.wav"


def test_tenants_do_not_see_each_other() -> None:
    shared = MemoryStore()
    stores = {tenant: store_of(shared, tenant) for tenant in (MAIN, "anna", "an", "anna-b")}
    for tenant, store in stores.items():
        assert store.list("narrations/") == []
        with pytest.raises(NotFound):
            store.read(KEY)
        store.put_bytes(KEY, tenant.encode(), "audio/wav")
    for tenant, store in stores.items():
        assert store.read(KEY) == tenant.encode()
        assert store.list("narrations/") == [KEY]
    assert stores["anna"].delete_prefix("narrations/nar_1/") == [KEY]
    assert [tenant for tenant, store in stores.items() if store.list("narrations/")] == [MAIN, "an", "anna-b"]


def test_the_links_of_one_tenant_open_nothing_of_another(signer: LinkSigner) -> None:
    home, base = signer._home, signer._base_url
    annas = LinkSigner(home, base, "anna")
    link = annas.link("up_1.1.a.wav", 2**40)
    assert link.endswith("&of=anna") and "&of=" not in signer.link("up_1.1.a.wav", 2**40)
    signature = link.split("signature=")[1].removesuffix("&of=anna")
    annas.verify("up_1.1.a.wav", 2**40, signature)
    for other in (signer, LinkSigner(home, base, "ben")):
        with pytest.raises(InvalidRequest, match="not one of"):
            other.verify("up_1.1.a.wav", 2**40, signature)
