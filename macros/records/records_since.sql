{% macro records_since() %}
{#-
  What watermark() is for the model that reads the records. Those of an installing project have no changed_in: where its var
  customer_records_relation has a changed_at, they are read from the greatest one that was seen on, less the overlap; all of
  them where it has none, so that none was seen, and where no row is as new as that any more: it is not the relation it was.
-#}
{%- set given = company_enrichment.customer_records_relation() -%}
{%- set since = company_enrichment.watermark() -%}
{%- if not given or since is none -%}
    {{- return(since) -}}
{%- endif -%}
{%- set noted -%}
select noted.seen_through
from {{ target.schema }}.model_watermarks as noted
where noted.model = {{ company_enrichment.quoted(this.identifier) }}
{%- endset -%}
{%- set seen_through = company_enrichment.value_of(noted) -%}
{%- if seen_through is none -%}
    {{- return(none) -}}
{%- endif -%}
{#- The subquery has no row: it gives the text the type that changed_at has. -#}
{%- set records = ref('stg_customer_records') -%}
{%- set from_there -%}
select (seen.through - {{ given.overlap }})::text
from (
    select coalesce((select changed_in from {{ records }} where false), {{ company_enrichment.quoted(seen_through) }}) as through
) as seen
where seen.through <= (select max(changed_in) from {{ records }})
{%- endset -%}
{{- return(company_enrichment.value_of(from_there)) -}}
{% endmacro %}
