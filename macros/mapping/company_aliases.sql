{% macro company_aliases(mapping_changes, corrected_aliases, company_id_corrections, of_keys=none) %}
{#-
  The rows of company_mapping, as a query: the aliases in force with their cores, the looser keys, and what was cut for them.

  Arguments: as in aliases_in_force().
-#}
select
    aliases.alias_name,
    aliases.match_type,
    aliases.alias_text,
    aliases.key_version,
    alias_parts.core as alias_core,
    alias_parts.legal_form,
    alias_parts.region,
    alias_parts.branch,
    alias_parts.bracket,
    aliases.company_id,
    aliases.named_company_id,
    aliases.correction_id,
    aliases.source,
    aliases.load_id,
    aliases.line_no,
    aliases.last_decided_at as updated_at,
    aliases.retired_at
from (
    {{ company_enrichment.aliases_in_force(mapping_changes, corrected_aliases, company_id_corrections, of_keys) | indent(4) }}
) as aliases
cross join lateral {{ target.schema }}.company_name_core(
    case when aliases.match_type in ({{ company_enrichment.name_match_types() }}) then aliases.alias_text end
) as alias_parts
{%- endmacro %}
