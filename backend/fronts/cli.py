"""The command line: the same operations, JSON on standard output, logs and progress on standard error.

    python -m backend call NAME '{json}' [--save DIR]   one operation; long ones run to their end
    python -m backend weights [ENGINE …]                fetch and check model files
    python -m backend mirror fill [ENGINE …]            put model files and packages into a bucket, for new machines
    python -m backend demo FILE.mp4                     the sample script as a captioned video
    python -m backend worker [--until-idle] [--queues gpu,cpu,render]
                                                        work on queued jobs
    python -m backend mcp                               the operations as MCP tools over standard input and output
    python -m backend webhook-secret [TENANT]           what receivers of webhooks verify them with
    python -m backend doctor                            try the store, ffmpeg, weights and the disk, and say what to do
    python -m backend probe URL                         try a studio from outside: a Space, a pod, an endpoint
    python -m backend check-library [--repair]          what is damaged, missing or left over; mend what can be
    python -m backend backup FILE [--without-takes]     everybody's work as one file
    python -m backend restore FILE [--merge]            put it back, into an empty studio or beside what is there
    python -m backend reference                         print the API reference

Exit status 0, or 1 with ``{"error": {"code", "message", "hint"}}`` on standard output; doctor, probe and check-library
speak in lines.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from backend.errors import InvalidRequest, StudioError
from backend.fronts.mcp import serve_stdio
from backend.fronts.paths import take_paths, with_files
from backend.fronts.reference import api_reference
from backend.operations import find_operation
from backend.services.doctor import Finding, examine
from backend.services.webhooks import new_secret
from backend.settings import PROJECT, S3Settings, Settings
from backend.studio import Studio
from backend.tenants import MAIN
from backend.work import Work

_OWN_QUEUES = "cpu,render"
"""What a command works on itself where nobody else does: whatever it may submit, on a machine for pages only, too."""
SAMPLE_SCRIPT = PROJECT / "assets" / "sample_script.txt"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        answer = options.run(options)
    except StudioError as error:
        print(json.dumps({"error": error.to_dict()}, ensure_ascii=False))
        return 1
    except KeyboardInterrupt:
        return 130
    if isinstance(answer, int):
        return answer
    if answer is not None:
        print(answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m backend", description="Voicereel on the command line.")
    commands = parser.add_subparsers(required=True)
    call = commands.add_parser("call", help="run one operation")
    call.add_argument("operation")
    call.add_argument("arguments", nargs="?", default="{}", help="a JSON object")
    call.add_argument("--save", type=Path, metavar="DIR", help="also write every file of the result there")
    call.set_defaults(run=_call)
    weights = commands.add_parser("weights", help="fetch and check model files")
    weights.add_argument("engines", nargs="*", default=["kokoro"])
    weights.set_defaults(run=_weights)
    mirror = commands.add_parser("mirror", help="weights and packages in a bucket of your own")
    mirror.add_argument("what", choices=["fill"], help="put there what engines need")
    mirror.add_argument("engines", nargs="*", metavar="ENGINE", help="those that are installed here, if none is named")
    mirror.set_defaults(run=_mirror)
    demo = commands.add_parser("demo", help="the sample script as a captioned video")
    demo.add_argument("target", type=Path)
    demo.set_defaults(run=_demo)
    reference = commands.add_parser("reference", help="print the API reference")
    reference.set_defaults(run=lambda _: api_reference())
    doctor = commands.add_parser("doctor", help="try the store, ffmpeg, weights and the disk")
    doctor.set_defaults(run=_doctor)
    probe = commands.add_parser("probe", help="try a studio from outside: a Space, a pod, a serverless endpoint")
    probe.add_argument("url", help="e.g. https://you-name.hf.space or https://api.runpod.ai/v2/ID")
    probe.add_argument("--key", help="else STUDIO_API_KEY, or RUNPOD_API_KEY for an endpoint; others may see arguments")
    probe.add_argument("--endpoint", action="store_true", help="a RunPod endpoint, whatever its address looks like")
    probe.add_argument("--voice", default="af_heart")
    probe.add_argument("--engine", default="auto")
    probe.add_argument("--patience", type=float, default=600.0, metavar="SECONDS", help="for one long operation")
    probe.set_defaults(run=_probe)
    secret = commands.add_parser("webhook-secret", help="what webhooks are verified with; a new one where none is set")
    secret.add_argument("tenant", nargs="?", default=MAIN, help="a name from STUDIO_API_KEYS")
    secret.set_defaults(run=_webhook_secret)
    worker = commands.add_parser("worker", help="work on queued jobs")
    worker.add_argument("--until-idle", action="store_true", help="end when nothing is queued or running")
    worker.add_argument("--queues", default="", help="of these only: some of gpu,cpu,render (else STUDIO_QUEUES)")
    worker.set_defaults(run=_worker)
    check = commands.add_parser("check-library", help="what is damaged, missing or left over")
    check.add_argument("--repair", action="store_true", help="mend what can be; results are never deleted")
    check.add_argument("--quick", action="store_true", help="only whether files are there, not what is in them")
    check.set_defaults(run=_check_library)
    backup = commands.add_parser("backup", help="everybody's work as one file; the studio may run meanwhile")
    backup.add_argument("file", type=Path)
    backup.add_argument("--without-takes", action="store_true", help="leave out sentences that can be spoken again")
    backup.set_defaults(run=_back_up)
    restore = commands.add_parser("restore", help="put back what a backup holds, while the studio is stopped")
    restore.add_argument("file", type=Path)
    restore.add_argument("--merge", action="store_true", help="into a studio that is not empty: add and mend")
    restore.set_defaults(run=_restore)
    commands.add_parser("mcp", help="the operations as MCP tools over stdio").set_defaults(run=_mcp)
    return parser


def _call(options: argparse.Namespace) -> Any:
    operation = find_operation(options.operation)
    arguments = _read_arguments(options.arguments)
    with Studio(Settings()) as studio:
        alone = operation.queue is not None and not studio.jobs.live_workers(operation.queue)
        studio.start(work=alone, queues=_OWN_QUEUES)
        result = studio.call(operation.name, take_paths(studio, operation, arguments), watch=_print_progress)
        if operation.name == "submit_job" and not studio.jobs.live_workers():
            _start_worker()
        return _save(studio, result, options.save) if options.save else result


def _read_arguments(text: str) -> dict[str, Any]:
    try:
        arguments = json.loads(text)
    except ValueError as error:
        raise InvalidRequest(
            f"The arguments are not JSON: {error}.", hint="""Quote them: '{"script": "Hello."}'.""", code="invalid_json"
        ) from error
    if not isinstance(arguments, dict):
        raise InvalidRequest(
            "The arguments must be a JSON object.", hint='E.g. {"script": "Hello."}.', code="invalid_json"
        )
    return arguments


_told = -1


def _print_progress(fraction: float, message: str) -> None:
    """One line that changes, or in a log, where lines stay, one for each new tenth."""
    if sys.stderr.isatty():
        end = "\n" if fraction >= 1 else ""
        print(f"\r\033[K{fraction:4.0%}  {message}", end=end, file=sys.stderr, flush=True)
        return
    global _told
    if (tenth := int(fraction * 10)) != _told:
        _told = tenth
        print(f"{fraction:4.0%}  {message}", file=sys.stderr, flush=True)


def _start_worker() -> None:
    """Somebody has to do the job after this command has ended: a worker that ends when there is no more to do."""
    subprocess.Popen(
        [sys.executable, "-m", "backend", "worker", "--until-idle"],
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _save(studio: Studio, result: Any, folder: Path) -> Any:
    """The result with every file in it written to ``folder`` and its ``path`` beside its url."""

    def save(file: dict[str, Any]) -> dict[str, Any]:
        folder.mkdir(parents=True, exist_ok=True)
        target = _free_name(folder, file["file_id"], str(file["name"]))
        shutil.copyfile(studio.local_file(file["file_id"]), target)
        return {**file, "path": str(target.resolve())}

    return with_files(result, save)


def _free_name(folder: Path, file_id: str, name: str) -> Path:
    """A name that no other file of the result takes: the file's own, with its owner in front if need be."""
    plain = Path(name).name.replace("/", "_") or "file"
    target = folder / plain
    return folder / f"{file_id.split('.')[0]}-{plain}" if target.exists() else target


def _weights(options: argparse.Namespace) -> None:
    with Studio(Settings()) as studio:
        for engine in options.engines:
            studio.engines.ensure(engine, Work(lambda fraction, message, **_: _print_progress(fraction, message)))


def _mirror(options: argparse.Namespace) -> dict[str, Any]:
    with Studio(Settings()) as studio:
        work = Work(lambda fraction, message, **_: _print_progress(fraction, message))
        return {"filled": studio.engines.fill_mirror(options.engines, work)}


def _demo(options: argparse.Namespace) -> str:
    script = SAMPLE_SCRIPT.read_text(encoding="utf-8")
    with Studio(Settings()) as studio:
        studio.start(work=not studio.jobs.live_workers("render"), queues=_OWN_QUEUES)
        result = studio.call("generate_captioned_video", {"script": script}, watch=_print_progress)
        shutil.copyfile(studio.local_file(result["videos"][0]["file"]["file_id"]), options.target)
    return str(options.target.resolve())


def _doctor(_: argparse.Namespace) -> int:
    """One line a finding, faults with what to do; the exit status."""
    settings = Settings()
    # Without a bucket, so that one that cannot be right does not keep the rest from being looked at.
    with Studio(settings.model_copy(update={"s3": S3Settings(bucket="")})) as studio:
        return _print_findings(examine(settings, studio.engines))


def _print_findings(findings: Iterable[Finding], counted: bool = True) -> int:
    faults = 0
    for finding in findings:
        print(f"{finding.state:<6} {finding.what + ':':<32} {finding.said}", flush=True)
        if finding.hint:
            print(f"{'':<6} {'':<32} -> {finding.hint}", flush=True)
        faults += finding.state == "fault"
    if counted:
        print(f"{faults or 'No'} fault{'' if faults == 1 else 's'}.")
    return int(faults > 0)


def _check_library(options: argparse.Namespace) -> int:
    """One line a problem, for everybody's work; the exit status says whether any is left."""
    left = 0
    with Studio(Settings()) as studio:
        studio.start(work=not studio.jobs.live_workers("cpu"), queues=_OWN_QUEUES)
        for tenant in studio.settings.known_tenants:
            asked = {"repair": options.repair, "deep": not options.quick}
            found = studio.of(tenant).call("check_library", asked, watch=_print_progress)
            _print_findings(map(_as_finding, found["problems"]), counted=False)
            who = f" of {tenant}" if tenant else ""
            things, files = found["checked"]["things"], found["checked"]["files"]
            print(f"{things} things{who}, {files} files: {found['found']} problems, {found['mended']} of them mended.")
            left += found["found"] - found["mended"]
    return int(left > 0)


def _as_finding(problem: dict[str, Any]) -> Finding:
    version = f"version {problem['version']}" if problem["version"] else ""
    named = " ".join(filter(None, (problem["what"], problem["id"], version, problem["file"])))
    return Finding(named, "note" if problem["mended"] else "fault", problem["said"], problem["hint"])


def _back_up(options: argparse.Namespace) -> dict[str, Any]:
    with Studio(Settings()) as studio:
        work = Work(lambda fraction, message, **_: _print_progress(fraction, message))
        return studio.back_up(options.file.absolute(), not options.without_takes, work)


def _restore(options: argparse.Namespace) -> dict[str, Any]:
    with Studio(Settings()) as studio:
        work = Work(lambda fraction, message, **_: _print_progress(fraction, message))
        return studio.restore(options.file.absolute(), options.merge, work)


def _probe(options: argparse.Namespace) -> int:
    """One line for each thing that was tried; the exit status."""
    from backend.fronts.probe import Wishes, visit  # gradio_client: most commands never need it

    url = str(options.url).rstrip("/")
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise InvalidRequest(
            f"{url[:80]!r} is no address.", hint="It begins with http:// or https://.", code="invalid_url"
        )
    settings = Settings()
    endpoint = options.endpoint or urlsplit(url).hostname == "api.runpod.ai"
    secret = settings.runpod_api_key if endpoint else settings.api_key
    key = options.key if options.key is not None else secret.get_secret_value()
    return _print_findings(visit(Wishes(url, key, endpoint, options.voice, options.engine, options.patience)))


def _webhook_secret(options: argparse.Namespace) -> str:
    settings = Settings()
    if not settings.webhook_secret.get_secret_value():
        return f"STUDIO_WEBHOOK_SECRET={new_secret()}"
    if options.tenant not in settings.known_tenants:
        raise InvalidRequest("There is no such tenant.", hint="See STUDIO_API_KEYS.", code="unknown_tenant")
    with Studio(settings) as studio:
        return studio.of(options.tenant).webhook_secret()


def _worker(options: argparse.Namespace) -> None:
    # An orderly end: jobs that run go on at the next start and nothing counts as a crash.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with Studio(Settings()) as studio:
        studio.start(work=True, queues=options.queues)
        if not studio.jobs.works:
            raise InvalidRequest(
                "A worker without queues does nothing.", hint="Name some: --queues gpu,cpu,render.", code="no_queues"
            )
        studio.jobs.drain(until_idle=options.until_idle)


def _mcp(_: argparse.Namespace) -> None:
    with Studio(Settings()) as studio:
        studio.start()
        serve_stdio(studio)
