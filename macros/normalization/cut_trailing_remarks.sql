{% macro cut_trailing_remarks(name, remarks, delimiters, attached_suffixes=[], account_code=none) %}
{#-
  plpgsql: cuts remarks off the end of a name, in brackets or behind a separator, until nothing changes. Word by word: a
  comparison with a list is many times as fast as a regular expression with forty alternatives.

  Arguments
    name               variable that holds the name; `piece` and `cut` are variables, too
    remarks            folded texts
    delimiters         what name_delimiters() returned
    attached_suffixes  folded texts that need no delimiter
    account_code       pattern of a code that needs a hyphen; none for no codes
-#}
{%- set parts = company_enrichment.remarks_by_kind(remarks, delimiters) -%}
{%- set around = company_enrichment.quoted(delimiters.around) -%}
{%- set trimmed -%} rtrim({{ name }}, {{ around }}) {%- endset -%}
{%- set before -%} [{{ delimiters.separator }}(]+ {%- endset -%}
{%- set behind -%} [{{ delimiters.delimiter }}]*$ {%- endset -%}
{%- set listed_remark -%} {{ before }}(?:{{ company_enrichment.any_text_of(parts.delimited) }}){{ behind }} {%- endset -%}
{%- set any_remark -%} {{ before }}[^{{ delimiters.delimiter }}]+{{ behind }} {%- endset -%}
{%- set any_account_code -%} {{ account_code }}{{ behind }} {%- endset -%}
    loop
        cut := 0;
    {%- if attached_suffixes %}
        cut := {{ company_enrichment.affix_length('right', trimmed, attached_suffixes) | indent(8) }};
        if cut > 0 then
            {{ name }} := left({{ trimmed }}, -cut);
        end if;
    {%- endif %}
    {%- if parts.delimited %}
        piece := substring({{ name }} from {{ company_enrichment.quoted(listed_remark) }});
        if piece is not null then
            cut := char_length(piece);
            {{ name }} := left({{ name }}, -cut);
        end if;
    {%- endif %}
        piece := substring({{ name }} from {{ company_enrichment.quoted(any_remark) }});
        if btrim(replace(piece, ' ', ''), {{ around }}) = any({{ company_enrichment.quoted_array(parts.words) }})
        {%- if account_code %}
            or piece ~ {{ company_enrichment.quoted(any_account_code) }}
        {%- endif %} then
            cut := char_length(piece);
            {{ name }} := left({{ name }}, -cut);
        end if;
        exit when cut = 0;
    end loop;
{%- endmacro %}
