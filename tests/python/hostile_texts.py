"""Texts that become a command wherever they are pasted instead of bound or quoted."""

from __future__ import annotations

SQL = 'it\'s "so" \\\' \\" \'; drop table enterprise.canary; -- "; drop table enterprise.canary; --'
DOLLAR = "$$ $body$ $1 ; drop table enterprise.canary; $body$ $$"
TEMPLATE = "{{ 7 * 7 }} {% raw %} {# x #} {{ run_query('drop table enterprise.canary') }} % %s %(a)s ${HOME} `id`"
CONTROL = "line\nbreak\r\ttab \x1b[31mred \u202eleft \\N \\. 🏢"
LONG = "很长" * 4000
NUL = "nul\0here"
HALF = "half \ud800 here"

STORABLE = {"sql": SQL, "dollar": DOLLAR, "template": TEMPLATE, "control": CONTROL}
UNSTORABLE = {"long": LONG, "nul": NUL, "half": HALF}
HOSTILE = STORABLE | UNSTORABLE
