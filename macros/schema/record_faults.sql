{% macro record_faults() %}
{#-
  DDL of record_faults(…): which texts of a record give no key although they are there, and why, in words; NULL when there is
  none. What customer_record_keys stores, and the online resolver says.
-#}
create or replace function {{ target.schema }}.record_faults(
    plan_code text, account_number text, customer_name text, account_name text
)
returns text
language sql immutable parallel safe
return nullif(concat_ws(
    '; ',
    case when customer_name is not null then 'the customer name ' || {{ target.schema }}.company_name_fault(customer_name) end,
    case when plan_code is not null then 'the plan code ' || {{ target.schema }}.code_fault(plan_code) end,
    case when account_number is not null then 'the account number ' || {{ target.schema }}.code_fault(account_number) end,
    case when account_name is not null then 'the account name ' || {{ target.schema }}.company_name_fault(account_name) end
), '')
{% endmacro %}
