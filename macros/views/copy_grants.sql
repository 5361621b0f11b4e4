{% macro copy_grants(from_view, to_view) %}
{#-
  Gives what was granted on one view on another one, too, as a statement.

  Arguments
    from_view  qualified name of the one that has the grants
    to_view    the other one
-#}
do $copy_grants$
declare
    granted record;
begin
    for granted in
        select
            acl.privilege_type,
            case when acl.grantee = 0 then 'public' else acl.grantee::regrole::text end as grantee,
            case when acl.is_grantable then ' with grant option' else '' end as with_option
        from pg_class
        cross join lateral aclexplode(pg_class.relacl) as acl
        where pg_class.oid = '{{ from_view }}'::regclass and acl.grantee <> pg_class.relowner
    loop
        execute format(
            'grant %s on {{ to_view }} to %s%s', granted.privilege_type, granted.grantee, granted.with_option
        );
    end loop;
end
$copy_grants$
{%- endmacro %}
