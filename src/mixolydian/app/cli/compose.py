"""`mixo compose`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from mixolydian.app.cli.follower import Steps
from mixolydian.app.cli.output import Json, console, moment, option, print_json
from mixolydian.core.errors import RequestError
from mixolydian.creation.ask import Wish
from mixolydian.creation.edit import Changes
from mixolydian.workflows.compose import ComposeRequest, ComposeResult, compose

Text = str | None
_ASK, _EDIT, _FILES = "What to make", "Change a composed piece", "Files"


def command(
    genre: Annotated[Text, option("--genre", "Such as house, techno, trance.", _ASK)] = None,
    bpm: Annotated[Text, option("--bpm", "128.5, 120>140, or 126, 132@65.", _ASK)] = None,
    key: Annotated[Text, option("--key", "8A, Am, F# dorian, or Am, Bm@65.", _ASK)] = None,
    minutes: Annotated[float | None, option("--minutes", "Length in minutes.", _ASK)] = None,
    seconds: Annotated[float | None, option("--seconds", "Length in seconds.", _ASK)] = None,
    structure: Annotated[
        Text, option("--structure", "Bars: intro:16 buildup:8 drop:32 outro:16.", _ASK)
    ] = None,
    energy: Annotated[
        Text, option("--energy", "0-10: 7, one per section, or drop:10 breakdown:2.", _ASK)
    ] = None,
    progression: Annotated[
        Text, option("--progression", "Roman numerals: i bVI bIII bVII, or i:2 iv:2.", _ASK)
    ] = None,
    mood: Annotated[
        Text, option("--mood", "dark, bright, melancholic, euphoric, calm, aggressive.", _ASK)
    ] = None,
    swing: Annotated[float | None, option("--swing", "0 straight to 0.4.", _ASK)] = None,
    meter: Annotated[int | None, option("--meter", "3, 4, 5, 6 or 7 beats per bar.", _ASK)] = None,
    half_time: Annotated[bool, option("--half-time", "Drums at half the tempo.", _ASK)] = False,
    loudness: Annotated[float | None, option("--loudness", "LUFS of the mix.", _ASK)] = None,
    seed: Annotated[int, option("--seed", "Another number, another piece.", _ASK)] = 0,
    setting: Annotated[
        list[str] | None,
        option("--set", "PART.WHAT=VALUE, such as bass.pattern=r-..r-..r-..o-..", _ASK),
    ] = None,
    edit: Annotated[Text, option("--edit", "Folder of the piece to change.", _EDIT)] = None,
    section: Annotated[
        list[str] | None, option("--section", "NAME.WHAT=VALUE: drop2.energy=9.", _EDIT)
    ] = None,
    mute: Annotated[list[str] | None, option("--mute", "A stem, or drop2.lead.", _EDIT)] = None,
    unmute: Annotated[list[str] | None, option("--unmute", "The way back.", _EDIT)] = None,
    remaster: Annotated[
        bool, option("--remaster", "Find the loudness anew after the change.", _EDIT)
    ] = False,
    notes: Annotated[
        Text, option("--notes", "Play an arrangement.json exactly as it stands.", _EDIT)
    ] = None,
    out: Annotated[Text, option("--out", "Folder for the piece.", _FILES)] = None,
    form: Annotated[str, option("--format", "wav, flac, mp3 or ogg.", _FILES)] = "wav",
    sample_rate: Annotated[int, option("--sample-rate", "44100 or 48000.", _FILES)] = 44100,
    stems: Annotated[bool, option("--stems/--no-stems", "Write the stems.", _FILES)] = True,
    overwrite: Annotated[
        bool, option("--overwrite", "Write into a folder that holds files.", _FILES)
    ] = False,
    json: Json = False,
) -> None:
    """Compose a track: mix, stems, MIDI, session and picture; or change one."""
    settings = _pairs([*(setting or []), *(section or [])])
    wish = None
    if genre is not None:
        _refuse_both(minutes, seconds)
        length = seconds if minutes is None else 60 * minutes
        wish = Wish(
            genre, seed, bpm, key, length, structure, energy, progression, swing, meter,
            mood or "neutral", half_time, loudness,
            (*settings, *((f"{stem}.mute", "on") for stem in mute or ())),
        )  # fmt: skip
        changes = Changes()
    else:
        changes = Changes(
            bpm, key, progression, swing, mood, loudness, settings, tuple(mute or ()),
            tuple(unmute or ()),
        )  # fmt: skip
        given = {
            "--minutes": minutes, "--seconds": seconds, "--structure": structure,
            "--energy": energy, "--meter": meter, "--half-time": half_time or None,
            "--seed": seed or None,
        }  # fmt: skip
        _refuse_unchangeable(given)
    request = ComposeRequest(
        out, wish, edit, changes, notes, form, sample_rate, stems, overwrite, remaster
    )
    with Steps() as steps:
        result = compose(request, steps.told)
    if json:
        print_json(_document(result))
    else:
        _show(result)


def _refuse_both(minutes: float | None, seconds: float | None) -> None:
    if minutes is not None and seconds is not None:
        raise typer.BadParameter("give the length in minutes or in seconds, not both")


def _refuse_unchangeable(given: Mapping[str, object]) -> None:
    """What makes a new piece cannot be changed in one."""
    for name, value in given.items():
        if value is not None:
            raise RequestError(
                f"{name} makes a new piece: name its --genre; a composed piece is changed with "
                f"--set, --section, --mute, --key, --bpm, --progression, --swing or --mood"
            )


def _pairs(words: list[str]) -> tuple[tuple[str, str], ...]:
    """PATH=VALUE, several times."""
    rows = []
    for word in words:
        path, sign, value = word.partition("=")
        if not sign:
            raise typer.BadParameter(f"expected PATH=VALUE such as bass.voice=reese, found {word}")
        rows.append((path.strip(), value.strip()))
    return tuple(rows)


def _document(result: ComposeResult) -> dict[str, object]:
    brief = result.arrangement.brief
    return {
        "schema": "mixolydian.composed/1",
        "folder": str(result.folder),
        "mix": str(result.mix),
        "stems": {name: str(path) for name, path in result.stems.items()},
        "genre": brief.genre,
        "bpm": brief.bpm,
        "key": f"{brief.tonic} {brief.mode}",
        "seed": brief.seed,
        "duration": round(result.duration, 3),
        "lufs": result.lufs,
        "true_peak_dbtp": result.true_peak_dbtp,
        "sha256": result.sha256,
    }


def _show(result: ComposeResult) -> None:
    out = console()
    brief = result.arrangement.brief
    facts = (
        brief.genre,
        f"{brief.bpm:g} BPM",
        f"{brief.tonic} {brief.mode}",
        moment(result.duration),
        f"seed {brief.seed}",
        f"{result.lufs:.1f} LUFS",
        f"true peak {result.true_peak_dbtp:.1f} dBTP",
    )
    form = " ".join(
        f"{name}:{bars}" for name, (_, bars) in zip(brief.section_names, brief.form, strict=True)
    )
    for line in (
        f"Piece:    {', '.join(facts)}",
        f"Sections: {form}",
        f"Stems:    {' '.join(result.stems) or 'none'}",
        f"Folder:   {result.folder} ({result.mix.name}, score.mid, session.dawproject, "
        "arrangement.svg, arrangement.json)",
    ):
        out.print(line, markup=False, highlight=False, soft_wrap=True)
