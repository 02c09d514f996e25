"""Operations on files and on what was made."""

from __future__ import annotations

from typing import Any

from backend import models, requests
from backend.jobs import JobContext
from backend.operating.services import Services


class FileOperations(Services):
    """Operations on files and on what was made."""

    def upload_file(self, request: requests.UploadFile) -> models.FileLink:
        return self.uploads.link(request.file)

    def download_file(self, request: requests.FileRequest) -> models.FileLink:
        return self.uploads.link(request.file_id)

    def delete_file(self, request: requests.FileRequest) -> dict[str, bool]:
        return self.uploads.delete(request.file_id)

    def file_status(self, request: requests.FileRequest) -> dict[str, str]:
        return self.uploads.status(request.file_id)

    def list_files(self, request: requests.ListFiles) -> dict[str, Any]:
        return {"files": self.uploads.list(request.prefix, request.limit)}

    def share(self, request: requests.Share) -> dict[str, str]:
        return self.shares.share(request)

    def unshare(self, request: requests.Unshare) -> dict[str, bool]:
        return self.shares.unshare(request.share_id)

    def _check_make_again(self, request: requests.MakeAgain) -> None:
        self._again.check(request)

    def _do_make_again(self, request: requests.MakeAgain, context: JobContext) -> dict[str, Any]:
        return self._again.make(request, context)
