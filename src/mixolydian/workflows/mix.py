"""`mix`: from tracks, or from a plan, to a continuous mix with a certificate per transition.

Tracks are portrayed (the library's answers, corrections included, and the sound), put in order
where none is asked for, and planned; the plan is rendered; every transition is measured from its
own sound. Beside the mix lie its plan, which can be changed and played again with `--plan`, its
certificate, a picture of that, and a cue sheet.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from mixolydian.core.errors import RequestError, StorageError
from mixolydian.core.files import read_json, write_text
from mixolydian.core.settings import Settings, read_settings
from mixolydian.core.types import Told
from mixolydian.dj import certificate
from mixolydian.dj.certificate import Certificate, certify
from mixolydian.dj.checks import check
from mixolydian.dj.document import plan_document, plan_from_document
from mixolydian.dj.excerpt import Excerpt
from mixolydian.dj.plan import MixPlan
from mixolydian.dj.planner import plan_mix
from mixolydian.dj.portrait import Portrait
from mixolydian.dj.proposer import installed
from mixolydian.dj.rendering import Rendered, render
from mixolydian.dj.timeline import clock_of
from mixolydian.dj.transitions.candidates import transition_value
from mixolydian.dj.transitions.wishes import Wishes
from mixolydian.library.formats.cue_sheet import write_cue_of_mix
from mixolydian.workflows.mixing.picture import certificate_svg
from mixolydian.workflows.mixing.sketch import Sketch, sketch
from mixolydian.workflows.portraits import portraits
from mixolydian.workflows.portrayed import Unusable
from mixolydian.workflows.sequencing import smooth_order

FORMATS = (".flac", ".wav", ".mp3", ".ogg")
ORDERS = ("given", "flow")
BEFORE = 0.3
"""share of the work that is done before rendering begins."""


@dataclass(frozen=True)
class MixRequest:
    """What to mix, and where to: `tracks` (files, folders, ids or titles) or a `plan` file.

    `order` "given" keeps the tracks' order, "flow" looks for one in which every track goes well
    into the next (the first track stays first if it was named as a file of its own). With
    `only_plan` nothing is rendered.
    """

    out: str
    tracks: tuple[str, ...] = ()
    plan: str | None = None
    wishes: Wishes = field(default_factory=Wishes)
    order: str = "given"
    only_plan: bool = False
    overwrite: bool = False
    workers: int | None = None

    def __post_init__(self) -> None:
        if bool(self.tracks) == (self.plan is not None):
            raise RequestError("expected tracks or a plan (--plan), and not both")
        if not self.out:
            raise RequestError("expected a file for the mix, found none; name it with --out")
        if Path(self.out).suffix.lower() not in FORMATS:
            raise RequestError(
                f"{self.out}: a mix is written as one of {', '.join(FORMATS)}; name it so"
            )
        if self.order not in ORDERS:
            raise RequestError(f"order must be one of {', '.join(ORDERS)}, found {self.order!r}")
        if self.workers is not None and self.workers < 1:
            raise RequestError(f"expected at least 1 worker, found {self.workers}")

    def beside(self, ending: str) -> Path:
        """The file beside the mix with another ending: `set.flac` → `set` + `ending`."""
        return Path(self.out).with_suffix(ending)


@dataclass(frozen=True, eq=False)
class MixResult:
    """A finished mix, its plan, and what was measured of each transition."""

    out: Path
    plan: MixPlan
    plan_file: Path
    rendered: Rendered | None
    """None where only a plan was asked for."""
    certificates: tuple[Certificate, ...] = ()
    certificate_file: Path | None = None
    picture: Path | None = None
    left_out: tuple[Unusable, ...] = ()
    """tracks that could not be used, and why."""


def mix(
    request: MixRequest, settings: Settings | None = None, told: Told | None = None
) -> MixResult:
    """Plan, render and certify a mix; `told` follows the steps.

    Raises
    ------
    RequestError
        The plan contradicts itself, or no track is left to mix.
    InputError
        A track of the plan is missing, or is not the sound it was planned with.
    StorageError
        The mix cannot be written, or something lies there already.
    """
    settings = read_settings() if settings is None else settings
    told = told or _quiet
    _check_free(request)
    known, plan, left_out = _planned(request, settings, told)
    plan_file = request.beside(".plan.json")
    text = json.dumps(plan_document(plan), ensure_ascii=False, indent=1) + "\n"
    if request.only_plan:
        write_text(plan_file, text)
        told("done", 1.0)
        return MixResult(Path(request.out), plan, plan_file, None, left_out=left_out)
    certifier = _Certifier(plan, known)
    rendered = render(
        plan,
        Path(request.out),
        workers=request.workers or settings.jobs,
        keep=certifier,
        tick=lambda share: told("mixing", BEFORE + (1 - BEFORE) * share),
    )
    write_text(plan_file, text)
    _write_cue(request, plan, known)
    certificate_file, picture = certifier.write(request)
    told("done", 1.0)
    return MixResult(
        Path(request.out), plan, plan_file, rendered, certifier.certificates,
        certificate_file, picture, left_out,
    )  # fmt: skip


def _quiet(step: str, share: float) -> None:
    """Nobody listens."""


def _write_cue(request: MixRequest, plan: MixPlan, known: dict[str, Portrait]) -> None:
    """A sheet that says which track begins when: where its transition starts, or it is cut in."""
    clock = clock_of(plan)
    rows = [
        (track.title, known[track.track_id].artist if track.track_id in known else "", at)
        for track, at in zip(plan.tracks, (clock.time_at(t.at) for t in plan.tracks), strict=True)
    ]
    write_cue_of_mix(request.beside(".cue"), Path(request.out).name, rows)


def _check_free(request: MixRequest) -> None:
    """Refuse to write over anything unasked."""
    files = [request.beside(".plan.json")]
    if not request.only_plan:
        files += [Path(request.out), request.beside(".certificate.json"), request.beside(".cue")]
    mine = None if request.plan is None else Path(request.plan).resolve()
    for file in files:
        if file.exists() and file.resolve() != mine and not request.overwrite:
            raise StorageError(f"{file}: is there already; choose another --out, or --overwrite")


def _planned(
    request: MixRequest, settings: Settings, told: Told
) -> tuple[dict[str, Portrait], MixPlan, tuple[Unusable, ...]]:
    """Portraits by track id, the plan, and the tracks that had to be left out."""
    if request.plan is not None:
        path = Path(request.plan)
        document = read_json(path, "the plan that mixo mix writes")
        plan = plan_from_document(document, str(path), path.resolve().parent)
        return {}, plan, ()
    step = lambda share: told("listening", BEFORE * share)  # noqa: E731
    found = portraits(request.tracks, settings, tick=step, jobs=request.workers)
    usable, twice = _once(found.portraits)
    if not usable:
        raise RequestError(_nothing(found.unusable))
    told("planning", BEFORE)
    if request.order == "flow":
        usable = _in_flow(usable, request)
    known = {p.track_id: p for p in usable}
    plan = plan_mix(usable, request.wishes)
    proposer = installed(settings.home)  # a model that has passed its gate; none ships
    if proposer is not None:
        plan = proposer.plan(plan, known)
    check(plan, "the plan")
    return known, plan, (*found.unusable, *twice)


def _once(tracks: Sequence[Portrait]) -> tuple[list[Portrait], tuple[Unusable, ...]]:
    """Each sound once: a track under several names would follow on itself."""
    kept = {p.track_id: p for p in reversed(tracks)}
    firsts = [p for p in tracks if kept[p.track_id] is p]
    twice = [p for p in tracks if kept[p.track_id] is not p]
    words = "is the same sound as {}; a mix plays it once"
    return firsts, tuple(Unusable(p.path, words.format(kept[p.track_id].path)) for p in twice)


def _nothing(unusable: Iterable[Unusable]) -> str:
    first = next(iter(unusable), None)
    return (
        "no track is left to mix; name files, folders, or tracks of the library"
        if first is None
        else f"no track is left to mix; {first.path}: {first.reason}"
    )


def _in_flow(tracks: Sequence[Portrait], request: MixRequest) -> list[Portrait]:
    """The tracks in an order that flows; one named first as a file of its own stays first."""
    value = [[transition_value(a, b, request.wishes) for b in tracks] for a in tracks]
    cost = 1.0 - np.array(value)
    if Path(request.tracks[0]).is_file():
        cost[:, 0] += len(tracks)  # whatever comes before the first costs more than all the rest
    return [tracks[i] for i in smooth_order(cost)]


class _Certifier:
    """Measures each transition as it is rendered, and keeps what its picture needs."""

    def __init__(self, plan: MixPlan, known: dict[str, Portrait]) -> None:
        self.plan = plan
        ids = [track.track_id for track in plan.tracks]
        self.portraits = [known[i] for i in ids] if all(i in known for i in ids) else None
        self.sketches: list[Sketch] = []

    def __call__(self, excerpt: Excerpt) -> None:
        measured = certify(self.plan, excerpt.index, excerpt, self.portraits)
        self.sketches.append(sketch(self.plan, excerpt, measured, self.portraits))

    @property
    def certificates(self) -> tuple[Certificate, ...]:
        """One per transition, in order."""
        return tuple(one.certificate for one in self.sketches)

    def write(self, request: MixRequest) -> tuple[Path, Path]:
        """The certificate's document and picture, beside the mix."""
        name = Path(request.out).name
        document = certificate.document(name, self.certificates)
        file, picture = request.beside(".certificate.json"), request.beside(".certificate.svg")
        write_text(file, json.dumps(document, ensure_ascii=False, indent=1) + "\n")
        write_text(picture, certificate_svg(name, self.sketches))
        return file, picture
