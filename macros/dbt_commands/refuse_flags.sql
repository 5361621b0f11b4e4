{% macro refuse_flags(selected) %}
{#-
  Stops with an error that names the flag where a flag of dbt would have a run of our models lose something: a sample, models
  of another schema, tables that are emptied, what rests on them.

  Argument
    selected  selected_resources, which only hooks of a run know; empty under `dbt retry`
-#}
{%- set ours = [] -%}
{%- for node in graph.nodes.values() if node.package_name == 'company_enrichment' and node.resource_type == 'model' -%}
    {%- do ours.append(node) -%}
{%- endfor -%}
{%- set instead = 'Leave its models out with: --exclude package:company_enrichment' -%}
{%- if invocation_args_dict.get('sample') -%}
    {%- call company_enrichment.refuse() -%}
        company_enrichment cannot be run with --sample: records that are not in the sample would count as read. {{ instead }}
    {%- endcall -%}
{%- endif -%}

{%- if invocation_args_dict.get('defer') -%}
    {%- set deferred = [] -%}
    {%- for node in ours if not selected or node.unique_id in selected -%}
        {%- for parent in ours if parent.unique_id in node.depends_on.nodes and parent.unique_id not in selected + deferred -%}
            {%- set is_there = load_relation(
                api.Relation.create(database=target.database, schema=target.schema, identifier=parent.alias)) -%}
            {%- if invocation_args_dict.get('favor_state') or (selected and is_there is none) -%}
                {%- do deferred.append(parent.unique_id) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if deferred -%}
        {%- call company_enrichment.refuse() -%}
            With --defer, models of company_enrichment would be read from another schema than the one that has their
            watermarks, queue and temporary ids:
            {{ deferred | map('replace', 'model.company_enrichment.', '') | sort | join(', ') }}. Build all of its models at
            first, without --favor-state. {{ instead }}
        {%- endcall -%}
    {%- endif -%}
{%- endif -%}

{%- if flags.FULL_REFRESH -%}
    {%- set rebuilt = [] -%}
    {%- for node in ours if node.config.materialized == 'incremental' and node.config.full_refresh is not false
            and (not selected or node.unique_id in selected) -%}
        {%- if load_relation(
                api.Relation.create(database=target.database, schema=target.schema, identifier=node.alias)) is not none -%}
            {%- do rebuilt.append(company_enrichment.qualified(node.alias)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if rebuilt and company_enrichment.is_empty_run() -%}
        {%- call company_enrichment.refuse() -%}
            --empty with --full-refresh would empty {{ rebuilt | join(', ') }}. Give one of the two.
        {%- endcall -%}
    {%- endif -%}
    {%- set others = company_enrichment.resting_on(rebuilt, through=true) -%}
    {%- if others -%}
        {%- call company_enrichment.refuse() -%}
            --full-refresh makes tables anew, and {{ others | join(', ') }} would be lost with the old ones. Drop them, run
            dbt, and create them again. To compare every row without --full-refresh: --vars '{compare_everything: true}'
        {%- endcall -%}
    {%- endif -%}
{%- endif -%}
{% endmacro %}
