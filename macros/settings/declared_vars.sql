{% macro declared_vars() %}
{#-
  Each var of this project and what it may hold, as a dictionary of name -> rule of value_faults(). A var of dbt_project.yml
  that is not here fails a test.
-#}
{%- set days = {'is': 'integer', 'from': 0, 'to': 36500} -%}
{%- set words = {'is': 'list', 'entries': {'is': 'text'}} -%}
{%- set column = {'is': 'text', 'matches': '[^\\x00-\\x1f]{1,63}', 'says': 'the name of a column'} -%}
{%- set expression = {'is': 'expression'} -%}
{{- return({
    'match_types': {'is': 'list', 'at_least': 1, 'unique': 'match_type', 'entries': {
        'is': 'fields', 'required': ['match_type', 'record_key'], 'fields': {
            'match_type': {'is': 'text', 'matches': '(?!lookup$)[a-z][a-z_]{0,59}',
                'says': 'a name of 1 to 60 lower-case letters and underscores other than lookup'},
            'record_key': {'is': 'choice',
                'of': ['plan_code', 'account_number', 'normalized_customer_name', 'normalized_account_name']},
        }}},

    'name_placeholders': words,
    'more_name_placeholders': words,
    'name_status_markers': words,
    'name_account_suffixes': words,
    'name_attached_suffixes': words,
    'name_protected_names': words,
    'name_maximum_length': {'is': 'integer', 'from': 1, 'to': 600, 'says': 'a whole number from 1 to 600 (a longer key fits no index)'},
    'company_legal_forms': {'is': 'dictionary', 'keys': {'is': 'text', 'longest': 63}, 'values': words},
    'company_regions': words,
    'company_branch_words': words,

    'company_id_placeholders': words,

    'mapping_seeds': {'is': 'list', 'unique': true, 'entries': {'is': 'text', 'says': 'the name of a seed'}},
    'mapping_source_priority': {'is': 'list', 'unique': true, 'entries': {'is': 'text', 'says': 'the name of a source of mappings'}},
    'customer_records_relation': {'is': 'fields', 'required': [], 'fields': {
        'ref': {'is': 'text', 'says': 'the name of a model, seed or snapshot'},
        'source': {'is': 'list', 'at_least': 2, 'says': '[source, table]', 'entries': {'is': 'text'}},
        'columns': {'is': 'fields', 'required': ['record_id'], 'fields': {
            'record_id': expression, 'source_system': expression, 'plan_code': expression, 'account_number': expression,
            'customer_name': expression, 'account_name': expression, 'loaded_at': expression, 'deleted_at': expression}},
        'changed_at': expression,
        'overlap': {'is': 'interval'}}},

    'found_refresh_days': days,
    'not_found_retry_days': days,
    'failed_retry_days': days,
    'temporary_id_block_size': {'is': 'integer', 'from': 1, 'to': 1000000},
    'published_temp_ids': {'is': 'list', 'entries': {
        'is': 'fields', 'required': ['relation', 'column'], 'fields': {
            'relation': {'is': 'text', 'matches': '[^.\\x00-\\x1f]{1,63}[.][^.\\x00-\\x1f]{1,63}', 'says': 'a name as schema.table'},
            'column': column, 'name_column': column}}},
    'published_temp_id_limit': {'is': 'integer', 'from': 0, 'to': company_enrichment.highest_temp_number()},

    'run_wait_seconds': {'is': 'integer', 'from': 0, 'to': 86400},
    'run_lease_minutes': {'is': 'integer', 'from': 1, 'to': 43200},

    'request_age_warning_hours': {'is': 'number', 'from': 0, 'to': 876000, 'or_null': true},
    'coverage_drop_warning': {'is': 'number', 'from': 0, 'to': 1, 'or_null': true},
    'lookup_prices': {'is': 'dictionary', 'keys': {'is': 'text', 'longest': 63, 'says': 'the name of a provider'},
        'values': {'is': 'number', 'from': 0, 'to': 1000000000}},

    'compare_everything': {'is': 'boolean'},

    'migration_lock_timeout': {'is': 'text', 'matches': '[1-9]([0-9]{0,6} ?ms|[0-9]{0,5} ?s|[0-9]{0,3} ?min|[0-9]? ?h)',
        'says': 'a time from 1ms to 99h with its unit, like 30s or 5min'},
}) -}}
{% endmacro %}
