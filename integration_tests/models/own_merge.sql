{{ config(materialized='incremental', incremental_strategy='merge', unique_key='customer_number') }}
-- An incremental model of this project, without a contract: it is built by dbt's own strategy merge.
select
    customers.customer_number,
    customers.company
from {{ ref('customers') }} as customers
