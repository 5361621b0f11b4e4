{% macro cut_leading_remarks(name, remarks, delimiters) %}
{#-
  plpgsql: cuts remarks off the beginning of a name, in brackets or before a separator, until nothing changes; see
  cut_trailing_remarks().

    (已转出)(存量)中国平安, 原-中国平安 -> 中国平安
    存量(北京)科技 stays: a bracket that opens begins a part of the name

  Arguments
    name        variable that holds the name; `piece` and `cut` are variables, too
    remarks     folded texts
    delimiters  what name_delimiters() returned
-#}
{%- set parts = company_enrichment.remarks_by_kind(remarks, delimiters) -%}
{%- set before -%} ^[{{ delimiters.delimiter }}]* {%- endset -%}
{%- set behind -%} [{{ delimiters.separator }})]+ {%- endset -%}
{%- set listed_remark -%} {{ before }}(?:{{ company_enrichment.any_text_of(parts.delimited) }}){{ behind }} {%- endset -%}
{%- set any_remark -%} {{ before }}[^{{ delimiters.delimiter }}]+{{ behind }} {%- endset -%}
    loop
        cut := 0;
    {%- if parts.delimited %}
        piece := substring({{ name }} from {{ company_enrichment.quoted(listed_remark) }});
        if piece is not null then
            cut := char_length(piece);
            {{ name }} := right({{ name }}, -cut);
        end if;
    {%- endif %}
        piece := substring({{ name }} from {{ company_enrichment.quoted(any_remark) }});
        if btrim(replace(piece, ' ', ''), {{ company_enrichment.quoted(delimiters.around) }}) = any({{ company_enrichment.quoted_array(parts.words) }}) then
            cut := char_length(piece);
            {{ name }} := right({{ name }}, -cut);
        end if;
        exit when cut = 0;
    end loop;
{%- endmacro %}
