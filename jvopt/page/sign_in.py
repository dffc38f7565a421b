"""The screen that asks for an access key, once."""

from __future__ import annotations

from html import escape

from nicegui import ui

from jvopt.page.frame import frame
from jvopt.page.parts import box, text
from jvopt.page.speaker import Speaker


def screen(speaker: Speaker, to: str, *, wrong: bool) -> None:
    """Show the screen.

    Parameters
    ----------
    speaker
        Says things.
    to
        The path to go on to.
    wrong
        Whether a key was given that is not known.
    """
    say = speaker.say
    with frame(speaker, say("Sign in")), box("jv-panel").style("max-width:460px;margin:8vh auto"):
        text(say("Sign in"), tag="h1")
        text(say("This service asks for an access key. Whoever runs it gives you one."), "quiet")
        if wrong:
            text(say("This key is not known."), "jv-note bad").props("role=alert")
        label, go = escape(say("Access key")), escape(say("Sign in"))
        # A form of its own: the key goes into a cookie that no script can read.
        ui.html(
            '<form method="post" action="/sign-in/key" class="stack">'
            f'<label class="stack tight"><span class="small quiet">{label}</span>'
            '<input name="key" type="password" autocomplete="current-password" required autofocus '
            'style="font:inherit;padding:8px 10px;border:1px solid #8c99a6;border-radius:6px">'
            f'</label><input type="hidden" name="to" value="{escape(to)}">'
            '<button class="q-btn jv-btn main" style="padding:9px 13px;cursor:pointer">'
            f"{go}</button></form>",
            sanitize=False,
        )
