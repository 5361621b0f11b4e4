{% macro numbered_migrations(from_version) %}
{#-
  The steps by which tables of an older version become those of this one, as a list of {version, what, sql}, in order.
  schema_objects() creates what is missing and leaves alone what is there; so a change to a table is made there, for new
  databases, and here, for the others. There is none yet: version 1 is the first release. CONTRIBUTING.md has an example,
  which test_schema_migrations.py takes through every way a deployment can go.

  A step does nothing where its table is missing or has no need of it, and reads no other table than its own: steps run on
  new databases, and again where a table was restored, perhaps from the dump of an older version.

  Called by a deployment in its transaction, before the DDL: an index may need its rows folded first. What a step does goes
  into the column steps of the deployment's row in schema_migrations.

  Argument
    from_version  the version that the database has; 0 for every step
-#}
{%- set schema = target.schema -%}
{%- set migrations = [] -%}
{{- return(migrations | selectattr('version', '>', from_version) | list) -}}
{% endmacro %}

{% macro _add_migration(migrations, version, what) %}
{#-
  Adds to a list of {version, what, sql} the SQL of its call block.

  Arguments
    migrations  the list
    version     the version that needs it
    what        what it does, a phrase
-#}
{%- do migrations.append({'version': version, 'what': what, 'sql': caller()}) -%}
{%- endmacro %}
