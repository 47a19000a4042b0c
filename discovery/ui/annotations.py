"""What a person says about findings: star, tags, note and review, for one finding and for several at once."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from discovery.errors import DiscoveryError
from discovery.store.annotations import MAX_NOTE, REVIEWS, Annotation, Change
from discovery.store.records import FindingRecord
from discovery.ui import state, wording
from discovery.ui.messages import plain, show_error

STAR, NO_STAR = ":material/star:", ":material/star_border:"
REVIEW_BADGES = {
    "open": ("gray", ":material/radio_button_unchecked:"),
    "interesting": ("blue", ":material/lightbulb:"),
    "known": ("violet", ":material/menu_book:"),
    "rejected": ("red", ":material/block:"),
}
_SHOWN_TAGS = 12
_HISTORY = 20
# Characters that turn the direction of the text around them, or cannot be seen.
_DIRECTION = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def shown(text: str) -> str:
    """Return a person's text as Markdown that shows it as typed, with marks of direction in words."""
    return plain(_visible(" ".join(text.split())))


def note_markdown(note: str) -> str:
    """Return a note for Markdown: pictures become links, since a picture would be fetched from elsewhere."""
    return _visible(note).replace("![", r"\![")


def _visible(text: str) -> str:
    return _DIRECTION.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)


def change(finding_ids: Sequence[str], what: Change) -> None:
    """Change what is said about findings; for the callbacks of buttons. What goes wrong is shown on the next run."""
    try:
        state.store().annotations.change(finding_ids, what)
    except DiscoveryError as error:
        st.session_state["annotations.error"] = error


def show_refusal() -> None:
    """Show why the last change was refused, once."""
    error = st.session_state.pop("annotations.error", None)
    if error is not None:
        show_error(error)


def star_button(finding_id: str, said: Annotation, *, shortcut: str | None = None) -> None:
    """Show the button that gives or takes the star."""
    st.button(
        "Favourite" if said.favourite else "Add to favourites",
        icon=STAR if said.favourite else NO_STAR,
        key=f"star-{finding_id}",
        type="tertiary",
        shortcut=shortcut,
        help="Takes the star off again" if said.favourite else "Gives the formula a star",
        on_click=change,
        args=([finding_id], Change(favourite=not said.favourite)),
    )


def review_badge(review: str) -> None:
    """Show the review as a badge."""
    color, icon = REVIEW_BADGES[review]
    st.badge(review, color=color, icon=icon)  # type: ignore[arg-type]


def tag_badges(tags: Sequence[str]) -> None:
    """Show the tags."""
    for name in tags[:_SHOWN_TAGS]:
        st.badge(shown(name), color="gray", icon=":material/sell:")
    if len(tags) > _SHOWN_TAGS:
        st.caption(f"and {wording.count(len(tags) - _SHOWN_TAGS, 'more tag')}", width="content")


def show_annotations(finding: FindingRecord, said: Annotation) -> None:
    """Show tags, review, its history and the note of one finding, and let them be changed."""
    store = state.store()
    st.header("Your notes", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = f"tags-{finding.id}"
        st.session_state.setdefault(key, list(said.tags))
        st.multiselect(
            "Tags",
            sorted({*store.annotations.tags(), *said.tags, *st.session_state[key]}),
            key=key,
            accept_new_options=True,
            placeholder="Type a new one or choose",
            width=420,
            on_change=_set_tags,
            args=(finding.id, key),
        )
        review_key = f"review-{finding.id}"
        st.session_state.setdefault(review_key, said.review)
        st.segmented_control(
            "Your review",
            REVIEWS,
            key=review_key,
            required=True,
            on_change=_set_review,
            args=(finding.id, review_key),
        )
    history = store.annotations.history(finding.id)
    if history:
        words = (f"{record.review}, {wording.moment(record.created)}" for record in history[:_HISTORY])
        st.caption("Reviewed: " + " · ".join(words))
    if said.note:
        with st.container(border=True, key="note"):
            st.markdown(note_markdown(said.note))
    with (
        st.expander("Edit the note" if said.note else "Write a note", icon=":material/edit_note:"),
        st.form(f"note-form-{finding.id}", border=False),
    ):
        note = st.text_area(
            "Note",
            value=said.note,
            max_chars=MAX_NOTE,
            height=140,
            help="Markdown and TeX between dollar signs; HTML shows as it is typed.",
        )
        if st.form_submit_button("Save the note", icon=":material/save:"):
            change([finding.id], Change(note=note.replace("\0", "")))
            st.rerun()


def bulk_actions(findings: Sequence[FindingRecord]) -> None:
    """Show what can be said about several findings at once."""
    ids = [finding.id for finding in findings]
    said = state.store().annotations.of(ids).values()
    starred = all(item.favourite for item in said)
    st.button(
        "Remove star" if starred else "Favourite",
        icon=NO_STAR if starred else STAR,
        key="bulk-star",
        on_click=change,
        args=(ids, Change(favourite=not starred)),
    )
    rejected = all(item.review == "rejected" for item in said)
    st.button(
        "Reopen" if rejected else "Reject",
        icon=":material/undo:" if rejected else ":material/block:",
        key="bulk-reject",
        on_click=change,
        args=(ids, Change(review="open" if rejected else "rejected")),
    )
    with st.popover("Tag", icon=":material/sell:"):
        st.multiselect(
            "Tags to add",
            list(state.store().annotations.tags()),
            key="bulk-tags",
            accept_new_options=True,
            placeholder="Type a new one or choose",
        )
        st.button("Add the tags", key="bulk-tag", on_click=_add_tags, args=(ids,))
        present = sorted({name for item in said for name in item.tags})
        if present:
            st.multiselect("Tags to remove", present, key="bulk-untags")
            st.button("Remove the tags", key="bulk-untag", on_click=_remove_tags, args=(ids,))


def _add_tags(ids: Sequence[str]) -> None:
    _change_tags(ids, "bulk-tags", adding=True)


def _remove_tags(ids: Sequence[str]) -> None:
    _change_tags(ids, "bulk-untags", adding=False)


def _change_tags(ids: Sequence[str], key: str, *, adding: bool) -> None:
    names = _names(st.session_state.get(key, []))
    if names:
        try:
            wanted = Change(add_tags=names) if adding else Change(remove_tags=names)
        except DiscoveryError as error:
            st.session_state["annotations.error"] = error
            return
        change(ids, wanted)
    st.session_state[key] = []


def _set_tags(finding_id: str, key: str) -> None:
    wanted = _names(st.session_state[key])
    stored = state.store().annotations.of([finding_id])[finding_id].tags
    try:
        what = Change(
            add_tags=tuple(name for name in wanted if name not in stored),
            remove_tags=tuple(name for name in stored if name not in wanted),
        )
    except DiscoveryError as error:
        st.session_state["annotations.error"] = error
    else:
        change([finding_id], what)
    # What the store kept is what the field shows.
    st.session_state.pop(key, None)


def _set_review(finding_id: str, key: str) -> None:
    change([finding_id], Change(review=st.session_state[key]))


def _names(typed: Sequence[str]) -> tuple[str, ...]:
    """Return typed tags without white space around them, each once."""
    return tuple(dict.fromkeys(name for name in (" ".join(item.split()) for item in typed) if name))
