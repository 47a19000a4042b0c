"""The launcher in the sidebar: a search, a preset, its parameters, what it will cost, and Start."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Mapping
from typing import Any

import streamlit as st

from discovery.errors import InputError
from discovery.jobs.launcher import add_cluster_run, ensure_worker
from discovery.jobs.registry import search_names
from discovery.jobs.runs import add_run, estimate_run
from discovery.search import Estimate, ParameterInfo, Search, canonical_json, parameter_infos
from discovery.ui import navigation, state, wording
from discovery.ui.drafts import keep_draft, restore_draft
from discovery.ui.messages import frame, plain, sentence

CUSTOM = "custom"
HERE, CLUSTER = "this machine", "the cluster"
# Larger integers lose digits in the browser.
LARGEST_INTEGER = 2**53 - 1


def launcher(*, quick_start: bool) -> None:
    """Show the launcher, a fragment: editing it leaves the page alone. With `quick_start` Ctrl+Enter starts too."""
    st.fragment(_show, key="launcher")(quick_start)


def start(name: str, assignments: Mapping[str, Any], place: str = HERE) -> None:
    """Queue a run, see to it that a worker takes it, and go to the Live page."""
    store, settings = state.store(), state.current_settings()
    if place == CLUSTER:
        add_cluster_run(store, settings, name, assignments)
    else:
        add_run(store, name, assignments)
    ensure_worker(store, settings)
    # Without the address of this page, whose parameters belong to it.
    st.switch_page(navigation.live(), query_params={})


def command_line(search: Search[Any], assignments: Mapping[str, Any], dask: str | None = None) -> str:
    """Return the command that runs the same search in a terminal, on a cluster if one is given.

    Default values are left out.
    """
    words = ["python", "-m", "discovery", "search", search.name]
    for name, (item, _info) in parameter_infos(search.parameters_type).items():
        if name in assignments and assignments[name] != item.default:
            words += ["--set", f"{name}={assignments[name]}"]
    return shlex.join(words if dask is None else [*words, "--dask", dask])


def _show(quick_start: bool) -> None:
    with frame():
        _show_form(quick_start)


def _show_form(quick_start: bool) -> None:
    st.header("New search", anchor=False)
    restore_draft()
    names = search_names()
    name = st.selectbox(
        "Search", names, format_func=lambda item: state.search(item).title, key="search", persist_state="session"
    )
    search = state.search(name)
    st.selectbox(
        "Preset",
        [*search.presets, CUSTOM],
        help="\n".join(f"- {plain(item)}: {plain(preset.title)}" for item, preset in search.presets.items()),
        key=f"{name}.preset",
        on_change=_apply_preset,
        args=(name,),
        persist_state="session",
    )
    infos = parameter_infos(search.parameters_type)
    defaults = _first_values(search)
    plain_ones = [item for item, (_, info) in infos.items() if not info.advanced]
    slots = _fields(search, plain_ones, defaults)
    if len(plain_ones) < len(infos):
        with st.expander("More parameters"):
            slots |= _fields(search, [item for item in infos if item not in plain_ones], defaults)
    values = {item: st.session_state[_key(name, item)] for item in infos}
    keep_draft(_is_field)
    startable = _estimate(name, values, slots)
    dask = state.current_settings().dask
    place = HERE if dask is None else _place(dask)
    if st.button(
        "Start",
        type="primary",
        icon=":material/play_arrow:",
        shortcut="Ctrl+Enter" if quick_start else None,
        disabled=not startable,
        width="stretch",
        key="start",
    ):
        start(name, values, place)
    st.caption("The same search in a terminal")
    st.code(command_line(search, values, dask if place == CLUSTER else None), language=None, wrap_lines=True)


def _place(dask: str) -> str:
    """Show the choice of where to run, and return it."""
    return st.radio(
        "Run on",
        (HERE, CLUSTER),
        format_func=lambda item: f"{CLUSTER} at {dask}" if item == CLUSTER else item,
        help="The estimate is for this machine. What is found is the same on both.",
        key="place",
        persist_state="session",
    )


def _estimate(name: str, values: Mapping[str, Any], slots: Mapping[str, Any]) -> bool:
    """Show what the search will cost, or why it cannot start, and return whether it can."""
    try:
        estimate = _estimated(name, canonical_json(dict(values)), values)
    except InputError as error:
        slot = slots.get(error.field or "", st)
        slot.error(plain(sentence(str(error))), icon=":material/error:")
        return False
    if estimate.refusal:
        st.warning(plain(sentence(estimate.refusal)), icon=":material/block:")
        return False
    number = wording.quantity(estimate.candidates) if estimate.exact else wording.rough(estimate.candidates)
    each = f", then {wording.duration(estimate.seconds_per_finding)} a finding" if estimate.seconds_per_finding else ""
    st.markdown(
        f"**{number}** candidates, about **{wording.duration(estimate.seconds)}**{each}; "
        f"expect **{plain(wording.chance_hits(estimate.chance_hits))}**",
        help="Expected number of candidates that would pass the filter by accident: with so few, what is found is no "
        "accident. The time is for this machine; each finding is confirmed, and proved where possible, on top of it.",
    )
    return True


@st.cache_data(max_entries=500, show_spinner=False)
def _estimated(name: str, key: str, _values: Mapping[str, Any]) -> Estimate:
    return estimate_run(name, _values)


def _fields(search: Search[Any], items: list[str], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Show the fields, integers two to a row, and return a place for a message by parameter."""
    infos = parameter_infos(search.parameters_type)
    slots = {}
    row: list[Any] = []
    for item in items:
        if not isinstance(defaults[item], int):
            row, place = [], st.container()
        else:
            row = row or list(st.columns(2))
            place = row.pop(0)
        with place:
            slots[item] = _field(search.name, item, infos[item][1], defaults[item])
    return slots


def _field(name: str, item: str, info: ParameterInfo, default: Any) -> Any:
    """Show the field of one parameter and return a place for a message under it."""
    label = f"{info.label} ({info.unit})" if info.unit else info.label
    common: dict[str, Any] = {
        "key": _key(name, item),
        "help": info.help,
        "on_change": _match_preset,
        "args": (name,),
        "persist_state": "session",
    }
    if isinstance(default, int):
        st.number_input(
            label,
            min_value=info.minimum,
            max_value=LARGEST_INTEGER if info.maximum is None else min(info.maximum, LARGEST_INTEGER),
            value=default,
            step=1,
            **common,
        )
    elif info.choices:
        st.selectbox(label, info.choices, index=info.choices.index(default), **common)
    else:
        st.text_input(label, value=default, max_chars=400, live="300ms", **common)
    return st.container()


def _first_values(search: Search[Any]) -> dict[str, Any]:
    """Return the values the form opens with: those of the first preset."""
    preset = next(iter(search.presets.values()), None)
    return _preset_values(search, preset.values if preset else {})


def _preset_values(search: Search[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    return {item.name: values.get(item.name, item.default) for item in dataclasses.fields(search.parameters_type)}


def _apply_preset(name: str) -> None:
    chosen = st.session_state[f"{name}.preset"]
    search = state.search(name)
    if chosen in search.presets:
        for item, value in _preset_values(search, search.presets[chosen].values).items():
            st.session_state[_key(name, item)] = value


def _match_preset(name: str) -> None:
    search = state.search(name)
    values = {item: st.session_state.get(_key(name, item)) for item in parameter_infos(search.parameters_type)}
    matching = (key for key, preset in search.presets.items() if _preset_values(search, preset.values) == values)
    st.session_state[f"{name}.preset"] = next(matching, CUSTOM)


def _is_field(key: str) -> bool:
    return key == "search" or key.partition(".")[0] in search_names()


def _key(name: str, item: str) -> str:
    return f"{name}.{item}"
