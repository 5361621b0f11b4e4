{% macro value_faults(name, value, rule) %}
{#-
  What is wrong with a value, as a list of sentences, each with the name, what is allowed and what is there; empty when
  nothing is. Shared by the vars and the arguments of operations.

  Arguments
    name   what the value is called
    value  the value; undefined where none was given
    rule   a dictionary: is (integer, number, boolean, text, choice, interval, expression, list, fields, dictionary), and
             or_null         null is allowed
             from, to        of a number, both included
             matches         of a text: a regular expression for the whole of it
             or_integer      of a text: YAML may have taken it for a whole number
             longest         of a text: characters, longest_text() when left out
             of              of a choice: the values
             entries         of a list: their rule; at_least, how many; unique, true or the field that tells them apart
             fields          of fields: name -> rule; required, those that must be there
             keys, values    of a dictionary: their rules
             says            what is allowed, where the rule itself does not say it well
-#}
{%- if value is none and rule.or_null -%}
    {{- return([]) -}}
{%- endif -%}

{%- set is_unstorable = value is string and modules.re.search('[\\x00\\ud800-\\udfff]', value) -%}
{%- if is_unstorable -%}
    {%- set is_wrong = true -%}
{%- elif rule.is in ('integer', 'number') -%}
    {#- Neither NaN nor an infinity lies between two numbers. -#}
    {%- set is_wrong = value is boolean or value is not number or (rule.is == 'integer' and value is not integer)
            or not (rule.from <= value <= rule.to) -%}
{%- elif rule.is == 'boolean' -%}
    {%- set is_wrong = value is not boolean -%}
{%- elif rule.is == 'interval' -%}
    {%- set is_fine = 0 <= value < 1e15 if value is number else value is string and modules.re.fullmatch(
            '([0-9]{1,9} ?(s|sec|second|m|min|minute|h|hour|d|day|week|month|year)s? ?)+|[0-9]{1,9}:[0-9]{2}(:[0-9]{2})?', value) -%}
    {%- set is_wrong = value is boolean or not is_fine -%}
{%- elif rule.is == 'choice' -%}
    {%- set is_wrong = value is not string or value not in rule.of -%}
{%- elif rule.is == 'text' and rule.or_integer and value is integer and value is not boolean -%}
    {{- return(company_enrichment.value_faults(name, value | string, rule)) -}}
{%- elif rule.is == 'text' -%}
    {%- set is_wrong = value is not string or not value | trim or value | length > rule.get('longest', company_enrichment.longest_text())
            or (rule.matches and not modules.re.fullmatch(rule.matches, value)) -%}
{%- elif rule.is == 'expression' -%}
    {%- set is_wrong = not company_enrichment.is_one_expression(value) -%}
{%- elif rule.is == 'list' -%}
    {%- set is_wrong = value is string or value is mapping or value is not sequence -%}
{%- else -%}
    {%- set is_wrong = value is not mapping -%}
{%- endif -%}

{#- Put into words only here: a run checks hundreds of values, and next to none of them is wrong. -#}
{%- if is_wrong -%}
    {%- set is_quoted = rule.is in ('integer', 'number', 'boolean') and value is string
            and modules.re.fullmatch('[0-9.]+|true|false', value) -%}
    {%- set fault -%}
        {{ name }} must be {{ company_enrichment.allowed_values(rule) }}, not {{ company_enrichment.shown(value) }}
        {{- ', which is a text: leave the quotes out' if is_quoted }}
        {{- ': PostgreSQL stores no NUL character and no half of a surrogate pair' if is_unstorable }}
    {%- endset -%}
    {{- return([fault]) -}}
{%- endif -%}

{%- set faults = [] -%}
{%- if rule.is == 'list' -%}
    {%- if value | length < rule.get('at_least', 0) -%}
        {%- set fault -%}
            {{ name }} must have at least {{ rule.at_least }} of its entries, not {{ company_enrichment.shown(value) }}
        {%- endset -%}
        {%- do faults.append(fault) -%}
    {%- endif -%}
    {%- set seen = [] -%}
    {%- for entry in value -%}
        {%- set entry_name -%} entry {{ loop.index }} of {{ name }} {%- endset -%}
        {%- do faults.extend(company_enrichment.value_faults(entry_name, entry, rule.entries)) -%}
        {%- set told_apart_by = entry.get(rule.unique) if entry is mapping else entry -%}
        {%- if rule.unique and told_apart_by in seen -%}
            {%- set fault -%}
                {{ entry_name }} must differ from those before it, and is again {{ company_enrichment.shown(told_apart_by) }}
            {%- endset -%}
            {%- do faults.append(fault) -%}
        {%- endif -%}
        {%- do seen.append(told_apart_by) -%}
    {%- endfor -%}
{%- elif rule.is == 'fields' -%}
    {%- for key in rule.required if key not in value -%}
        {%- set fault -%}
            {{ key }} of {{ name }} is missing: it must be {{ company_enrichment.allowed_values(rule.fields[key]) }}
        {%- endset -%}
        {%- do faults.append(fault) -%}
    {%- endfor -%}
    {%- for key, entry in value.items() -%}
        {%- if key in rule.fields -%}
            {%- set field_name -%} {{ key }} of {{ name }} {%- endset -%}
            {%- do faults.extend(company_enrichment.value_faults(field_name, entry, rule.fields[key])) -%}
        {%- else -%}
            {%- set fault -%}
                {{ name }} has no {{ company_enrichment.shown(key) }}, only {{ rule.fields | join(', ') }}
            {%- endset -%}
            {%- do faults.append(fault) -%}
        {%- endif -%}
    {%- endfor -%}
{%- elif rule.is == 'dictionary' -%}
    {%- for key, entry in value.items() -%}
        {%- set value_name -%} {{ company_enrichment.shown(key) }} of {{ name }} {%- endset -%}
        {%- do faults.extend(company_enrichment.value_faults('the key ' ~ value_name, key, rule.get('keys'))) -%}
        {%- do faults.extend(company_enrichment.value_faults(value_name, entry, rule.get('values'))) -%}
    {%- endfor -%}
{%- endif -%}
{{- return(faults) -}}
{% endmacro %}
