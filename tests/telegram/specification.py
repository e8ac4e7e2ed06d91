"""The Bot API's specification, as a judge of calls."""

import json
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

PATH = Path(__file__).parents[3] / "shared" / "telegram" / "bot-api-10.1.json"

ALLOWED_TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "tg-spoiler", "a", "code", "pre", "blockquote"}
LIMITS = {  # (method, parameter): most UTF-16 units
    ("answerCallbackQuery", "text"): 200,
    ("setMyDescription", "description"): 512,
    ("setMyShortDescription", "short_description"): 120,
}


def present() -> bool:
    """Whether the specification is here."""
    return PATH.is_file()


@cache
def _specification() -> Any:
    return json.loads(PATH.read_text(encoding="utf-8"))


class _Markup(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.entities: list[dict[str, Any]] = []
        self.faults: list[str] = []
        self._open: list[tuple[str, int, dict[str, str | None]]] = []

    def _at(self) -> int:
        return len(self.text.encode("utf-16-le")) // 2

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        allowed = {"a": {"href"}, "blockquote": {"expandable"}}.get(tag, set())
        if tag not in ALLOWED_TAGS or not set(values) <= allowed:
            self.faults.append(f"tag <{tag} {values}>")
        if tag == "blockquote" and any(name == "blockquote" for name, _, _ in self._open):
            self.faults.append("nested blockquote")
        self._open.append((tag, self._at(), values))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            self.faults.append(f"</{tag}> closes nothing")
            return
        name, start, values = self._open.pop()
        kind = {"b": "bold", "i": "italic", "a": "text_link"}.get(name, name)
        if name == "blockquote" and "expandable" in values:
            kind = "expandable_blockquote"
        entity: dict[str, Any] = {"type": kind, "offset": start, "length": self._at() - start}
        if name == "a":
            entity["url"] = values.get("href")
        if entity["length"]:
            self.entities.append(entity)

    def handle_data(self, data: str) -> None:
        self.text += data


def parsed(html: str) -> tuple[str, list[dict[str, Any]], list[str]]:
    """Text, entities and faults of what was sent as HTML."""
    markup = _Markup()
    # '<' and '&' that start nothing are refused by Telegram and let through by HTMLParser.
    markup.feed(html)
    markup.close()
    faults = list(markup.faults) + [f"<{name}> stays open" for name, _, _ in markup._open]
    rest = html
    for tag in ALLOWED_TAGS:
        rest = rest.replace(f"<{tag}>", "").replace(f"</{tag}>", "").replace(f"<{tag} ", "")
    if "<" in rest:
        faults.append("a bare <")
    return markup.text, sorted(markup.entities, key=lambda e: (e["offset"], -e["length"])), faults


def slices(text: str, entities: list[dict[str, Any]], *kinds: str) -> list[str]:
    """The parts of a text that carry an entity of one of these kinds."""
    data = text.encode("utf-16-le")
    found = [e for e in entities if e["type"] in kinds]
    return [data[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le") for e in found]


def decoded(method: str, form: dict[str, str]) -> dict[str, Any]:
    """Form values as JSON where the specification wants something else than text."""
    fields = {f["name"]: f for f in _specification()["methods"].get(method, {}).get("fields", [])}
    values: dict[str, Any] = {}
    for name, value in form.items():
        types = fields.get(name, {}).get("types", ["String"])
        if "String" in types and not (name == "chat_id" and value.lstrip("-").isdigit()):
            values[name] = value
        else:
            try:
                values[name] = json.loads(value)
            except ValueError:
                values[name] = value
    return values


def violations(method: str, values: dict[str, Any]) -> list[str]:
    """What is wrong with a call."""
    described = _specification()["methods"].get(method)
    if described is None:
        return [f"{method}: no such method"]
    faults = _object(method, described.get("fields", []), values)
    for (of, name), most in LIMITS.items():
        if of == method and len(str(values.get(name, "")).encode("utf-16-le")) // 2 > most:
            faults.append(f"{method}.{name} too long")
    if "text" in values and method in ("sendMessage", "editMessageText"):
        faults += _text(method, values["text"], values.get("parse_mode"))
    for row in values.get("reply_markup", {}).get("inline_keyboard", []):
        faults += _buttons(row)
    if method == "answerInlineQuery":
        faults += _results(values["results"])
    if method == "setMyCommands" and len(values["commands"]) > 100:
        faults.append("too many commands")
    return faults


def _results(results: list[dict[str, Any]]) -> list[str]:
    faults = [] if len(results) <= 50 else ["more than 50 results"]
    ids = [r["id"] for r in results]
    if len(set(ids)) != len(ids) or any(not 1 <= len(i.encode()) <= 64 for i in ids):
        faults.append("result ids")
    for result in results:
        content = result["input_message_content"]
        faults += _text("InputTextMessageContent", content["message_text"], content.get("parse_mode"))
        for row in result.get("reply_markup", {}).get("inline_keyboard", []):
            faults += _buttons(row)
    return faults


def _text(where: str, text: str, mode: str | None) -> list[str]:
    plain, entities, faults = parsed(text) if mode == "HTML" else (text, [], [])
    units = len(plain.encode("utf-16-le")) // 2
    if not plain.strip() or units > 4096:
        faults.append(f"{units} units of text")
    if len(entities) > 100:
        faults.append("more than 100 entities")
    return [f"{where}: {fault}" for fault in faults]


def _buttons(row: list[dict[str, Any]]) -> list[str]:
    faults = []
    for button in row:
        if not button["text"].strip() or len(button) != 2:
            faults.append(f"button {button}")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
            faults.append(f"callback_data {button['callback_data']}")
    return faults if row and len(row) <= 8 else [*faults, f"a row of {len(row)} buttons"]


def _object(where: str, fields: list[dict[str, Any]], values: dict[str, Any]) -> list[str]:
    known = {field["name"]: field for field in fields}
    faults = [f"{where}.{name}: unknown" for name in values if name not in known]
    for name, field in known.items():
        if name not in values:
            if field["required"]:
                faults.append(f"{where}.{name}: missing")
        elif not any(not _value(f"{where}.{name}", kind, values[name]) for kind in field["types"]):
            faults += _value(f"{where}.{name}", field["types"][0], values[name])
    return faults


def _value(where: str, kind: str, value: Any) -> list[str]:
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            return [f"{where}: no array"]
        return [fault for item in value for fault in _value(where, kind.removeprefix("Array of "), item)]
    plain = {"Integer": int, "String": str, "Boolean": bool, "True": bool, "Float": (int, float)}
    if kind in plain:
        good = isinstance(value, plain[kind]) and not (kind == "Integer" and isinstance(value, bool))  # type: ignore[arg-type]  # the table holds types and tuples of types
        return [] if good else [f"{where}: {value!r} is no {kind}"]
    described = _specification()["types"][kind]
    if "subtypes" in described:
        tried = [_value(where, subtype, value) for subtype in described["subtypes"]]
        return [] if any(not faults for faults in tried) else min(tried, key=len)
    if not isinstance(value, dict):
        return [f"{where}: no {kind}"]
    faults = _object(where, described.get("fields", []), value)
    if kind.startswith("InlineQueryResult") and kind != "InlineQueryResultArticle" and "type" in value and value["type"] == "article":
        faults.append(f"{where}: other type")
    return faults
