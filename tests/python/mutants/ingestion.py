"""Guards of the ingestion."""

from __future__ import annotations

from mutants.definitions import Edit, Mutant, integration_mutant, unit_mutant

SERVICE = "python/company_enrichment/resolver/service.py"
COLUMN_RULES = "python/company_enrichment/ingestion/column_rules.py"
DOMAINS = "python/company_enrichment/ingestion/domains/__init__.py"
INGEST = "python/company_enrichment/ingestion/load.py"
LOADED_FILES = "python/company_enrichment/ingestion/loaded_files.py"
FILE_SEARCH = "python/company_enrichment/ingestion/file_search.py"
PATH_PATTERNS = "python/company_enrichment/ingestion/path_patterns.py"
PERIODS = "python/company_enrichment/ingestion/periods.py"
YAML_FILE = "python/company_enrichment/ingestion/domains/yaml_file.py"
INGEST_SQL = "python/company_enrichment/ingestion/statements.py"
INGEST_COMMAND = "python/company_enrichment/cli/ingest.py"
INGEST_RESOLVER = "python/company_enrichment/ingestion/resolver.py"
INPUT_FILES = "python/company_enrichment/ingestion/input_files.py"
SPREADSHEET_CSV = "python/company_enrichment/files/spreadsheet_csv.py"
UNKNOWN_NAMES = "python/company_enrichment/ingestion/unknown_names.py"
COLUMN_NAMES = "python/company_enrichment/column_names.py"
WORKBOOKS = "python/company_enrichment/ingestion/workbooks.py"
DERIVED_NAMES = "python/company_enrichment/ingestion/derived_names.py"
DOMAIN_PARTS = "python/company_enrichment/ingestion/domains/parts.py"
KEY_PARTS = "python/company_enrichment/ingestion/key_parts.py"
NO_RECORDS = "python/company_enrichment/ingestion/no_records.py"
RECORD_IDENTITY = "python/company_enrichment/ingestion/record_identity.py"

MUTANTS: list[Mutant] = [
    integration_mutant(
        "ingest: a content that is in force is not read again",
        "test_ingest_versions",
        "not_read_again",
        Edit(LOADED_FILES, "if loaded.content_hash == content_hash), None)", "if False), None)"),
    ),
    integration_mutant(
        "ingest: a content that was replaced is no longer in force",
        "test_ingest_versions",
        "come_back_as_a_newer_version",
        Edit(
            INGEST_SQL, 'where domain = %s and superseded_at is null\n"""\n\n# What', 'where domain = %s\n"""\n\n# What'
        ),
    ),
    integration_mutant(
        "ingest: one ingestion of a domain at a time",
        "test_ingest_versions",
        "at_once_both_succeed",
        Edit(
            INGEST,
            "                    self._run(cursor, LOCK, (self._domain.name,))\n",
            "                    pass\n",
        ),
    ),
    integration_mutant(
        "ingest: a file that was loaded before is recorded anew",
        "test_ingest_versions",
        "come_back_as_a_newer_version",
        Edit(INGEST_SQL, "    loaded_at = now(),\n    superseded_at = null\n", "    loaded_at = now()\n"),
    ),
    integration_mutant(
        "ingest: all of a file or nothing",
        "test_ingest_versions",
        "killed_ingestion",
        Edit(
            INGEST,
            "        self._run(cursor, FORGET_REJECTS,",
            "        self._connection.commit()\n        self._run(cursor, FORGET_REJECTS,",
        ),
    ),
    integration_mutant(
        "ingest: an older version after a newer one",
        "test_ingest_versions",
        "comes_late",
        Edit(LOADED_FILES, "            if loaded.version > version:\n", "            if False:\n"),
    ),
    integration_mutant(
        "ingest: two files of one version",
        "test_ingest_versions",
        "two_files_of_one_version",
        Edit(INPUT_FILES, "        elif file.period in contested:\n", "        elif False:\n"),
    ),
    integration_mutant(
        "ingest: another file of the loaded version",
        "test_ingest_versions",
        "another_file_of_the_loaded_version",
        Edit(
            LOADED_FILES,
            "            if loaded.version == version and loaded.file_path != file.place:\n",
            "            if False:\n",
        ),
    ),
    integration_mutant(
        "ingest: what another file in force has is not deleted",
        "test_ingest_versions",
        "another_file_in_force_has",
        Edit(
            LOADED_FILES,
            'gone[record_id] = not elsewhere and not found["is_deleted"]',
            'gone[record_id] = not found["is_deleted"]',
        ),
    ),
    integration_mutant(
        "ingest: a rejected row is not gone",
        "test_ingest_versions",
        "is_not_gone",
        Edit(
            INGEST,
            "rows=None if unknown else [row.record_id for row in rows],",
            "rows=None if unknown else [row.record_id for row in accepted],",
        ),
    ),
    integration_mutant(
        "ingest: an empty version deletes nothing",
        "test_ingest_versions",
        "without_rows",
        Edit(LOADED_FILES, "        if deleted and not accepted:\n", "        if False:\n"),
    ),
    integration_mutant(
        "ingest: what comes back is no longer deleted",
        "test_ingest_versions",
        "no_longer_deleted",
        Edit(INGEST_SQL, "    loaded_at = now(),\n    deleted_at = null\n", "    loaded_at = now()\n"),
    ),
    integration_mutant(
        "ingest: a deleted record that says the same is a changed one",
        "test_ingest_versions",
        "no_longer_deleted",
        Edit(INGEST_SQL, "stored.name_derived_from,\n        stored.deleted_at\n", "stored.name_derived_from\n"),
        Edit(INGEST_SQL, "incoming.name_derived_from, null\n", "incoming.name_derived_from\n"),
    ),
    integration_mutant(
        "ingest: the month's rows are replaced",
        "test_ingest_versions",
        "another_file_in_force_has",
        Edit(LOADED_FILES, "            self._run(cursor, REMOVE_MEMBERS, (self._domain.name, own, list(gone)))\n"),
    ),
    integration_mutant(
        "ingest: a plan knows what the files before it have brought",
        "test_ingest_versions",
        "plan_says",
        Edit(INGEST, "            self._planned.records |= values\n"),
    ),
    integration_mutant(
        "ingest: a plan knows what the files before it have deleted",
        "test_ingest_versions",
        "plan_says",
        Edit(LOADED_FILES, "            self._planned.deleted.update(deleted)\n"),
    ),
    integration_mutant(
        "ingest: a plan writes nothing",
        "test_ingest_versions",
        "plan_says",
        Edit(
            INGEST,
            "            if self._execute:\n                arrays",
            "            if True:\n                arrays",
        ),
    ),
    integration_mutant(
        "ingest: one file of a month is in force",
        "test_ingest_versions",
        "one_file_in_force",
        Edit("macros/schema/ingest_files.sql", "create unique index if not exists", "create index if not exists"),
    ),
    integration_mutant(
        "ingest: files that were not read do not count",
        "test_ingest_versions",
        "do_not_count_as_read",
        Edit(
            INGEST,
            "        read += report.outcome is FileOutcome.LOADED or",
            "        read += report.outcome is not FileOutcome.LEFT or",
        ),
    ),
    integration_mutant(
        "ingest: a file that fails does not keep the others out",
        "test_ingest",
        "others_are_taken_in",
        Edit(
            INGEST,
            "        except InputFileError as error:\n            return",
            "        except ZeroDivisionError as error:\n            return",
        ),
    ),
    integration_mutant(
        "ingest: one budget for all files",
        "test_ingest_command",
        "one_budget_serves",
        Edit(INGEST_RESOLVER, "_keys(rows), self._budget)", "_keys(rows), self._budget.limit)"),
    ),
    integration_mutant(
        "ingest: a plan has no provider",
        "test_ingest_command",
        "nobody_to_ask",
        Edit(INGEST_COMMAND, "plan_only=not execute\n", "plan_only=False\n"),
        Edit(INGEST_COMMAND, "        connection.readonly = None if execute else True\n"),
    ),
    integration_mutant(
        "ingest: a plan's queue writes nothing",
        "test_ingest_command",
        "plan_changes_nothing",
        Edit(
            SERVICE,
            "LookupQueue.from_settings(settings, opened, schema, plan_only=plan_only)",
            "LookupQueue.from_settings(settings, opened, schema)",
        ),
        Edit(INGEST_COMMAND, "        connection.readonly = None if execute else True\n"),
    ),
    integration_mutant(
        "ingest: a failed file ends with 1",
        "test_ingest_command",
        "ends_with_1",
        Edit(INGEST_COMMAND, "    refuse_failed_files(reports)\n"),
    ),
    integration_mutant(
        "ingest: unknown names of records that are still there",
        "test_ingest_command",
        "still_there",
        Edit(
            UNKNOWN_NAMES,
            "    where resolution.is_temporary and keys.source_system = %(domain)s and records.deleted_at is null\n",
            "    where resolution.is_temporary and keys.source_system = %(domain)s\n",
        ),
    ),
    integration_mutant(
        "ingest: unknown names of records that dbt has not resolved yet",
        "test_ingest_command",
        "before_and_after_dbt",
        Edit(
            UNKNOWN_NAMES,
            "    where matches.match_type is null and matches.normalized_name is not null\n",
            "    where false\n",
        ),
    ),
    integration_mutant(
        "ingest: deleted records wait for nothing",
        "test_ingest_command",
        "still_there",
        Edit(
            "models/resolution/unresolved_names.sql",
            "    where resolution.is_temporary and records.deleted_at is null\n",
            "    where resolution.is_temporary\n",
        ),
    ),
    integration_mutant(
        "ingest: a prefix goes only where something follows",
        "test_field_cases_columns",
        "as_the_rules",
        Edit(COLUMN_RULES, "self.prefix).strip() or key", "self.prefix).strip()"),
    ),
    integration_mutant(
        "ingest: a prefix goes before the width",
        "test_field_cases_columns",
        "as_the_rules",
        Edit(
            COLUMN_RULES,
            '        if re.fullmatch("[0-9]+", rest):\n            rest = rest.zfill(self.width)\n',
            '        rest = rest.zfill(self.width) if re.fullmatch("[0-9]+", key) else rest\n',
        ),
    ),
    integration_mutant(
        "ingest: only digits have a width",
        "test_field_cases_columns",
        "as_the_rules",
        Edit(COLUMN_RULES, 'if re.fullmatch("[0-9]+", rest):', "if rest:"),
    ),
    integration_mutant(
        "ingest: a correction of the code as the file has it",
        "test_field_cases_columns",
        "as_the_rules",
        Edit(COLUMN_RULES, "        if key in self.corrections:\n            return self.corrections[key]\n"),
    ),
    integration_mutant(
        "ingest: a correction of what prefix and width leave",
        "test_field_cases_columns",
        "as_the_rules",
        Edit(COLUMN_RULES, "return self.corrections.get(rest, rest)", "return rest"),
    ),
    integration_mutant(
        "ingest: codes are corrected by their keys",
        "test_field_cases_columns",
        "as_the_rules",
        Edit(INGEST_SQL, "{schema}.normalize_code(code) as key", "code as key"),
    ),
    integration_mutant(
        "ingest: a prefix may end in a blank",
        "test_field_cases_columns",
        "as_the_rules",
        Edit(COLUMN_RULES, "return key.removesuffix(_DIGIT)", "return key.removesuffix(_DIGIT).strip()"),
    ),
    integration_mutant(
        "ingest: a correction is about codes",
        "test_field_cases_columns",
        "about_no_code",
        Edit(COLUMN_RULES, "            if keys[text] is None:\n", "            if False:\n"),
    ),
    integration_mutant(
        "ingest: a code is corrected in one way",
        "test_field_cases_columns",
        "about_no_code",
        Edit(
            COLUMN_RULES,
            "        if found.setdefault(key, correct) != correct:\n",
            "        found[key] = correct\n        if False:\n",
        ),
    ),
    integration_mutant(
        "ingest: a prefix is what a code can begin with",
        "test_field_cases_columns",
        "about_no_code",
        Edit(
            COLUMN_RULES, "    if key is None or not key.endswith(_DIGIT) or key == _DIGIT:\n", "    if key is None:\n"
        ),
    ),
    integration_mutant(
        "ingest: rules change no record id",
        "test_field_cases_columns",
        "no_record_id",
        Edit(
            COLUMN_RULES,
            "replace(row, **corrected) if corrected",
            "replace(row, record_id=str(corrected), **corrected) if corrected",
        ),
    ),
    integration_mutant(
        "files: a corrected file without a month replaces what it said",
        "test_ingest_files",
        "corrected_file_without_a_month",
        Edit(LOADED_FILES, "            or loaded.file_path == file.place\n"),
    ),
    integration_mutant(
        "files: one without a month that was renamed is the same file",
        "test_ingest_files",
        "that_was_renamed_is",
        Edit(
            LOADED_FILES, "            self._run(cursor, MOVE_FILE,", "            0 and self._run(cursor, MOVE_FILE,"
        ),
    ),
    integration_mutant(
        "files: a month that is given afterwards",
        "test_ingest_files",
        "given_its_month_afterwards",
        Edit(
            LOADED_FILES,
            "same is None or (same.period is None and file.period is not None)",
            "same is None",
        ),
    ),
    integration_mutant(
        "files: whose records an earlier version loaded",
        "test_ingest_files",
        "is_corrected",
        Edit(LOADED_FILES, "        legacy = self._legacy_place(cursor)\n", "        legacy = None\n"),
    ),
    integration_mutant(
        "files: months are read off the paths of loaded files anew",
        "test_ingest_files",
        "did_not_understand",
        Edit(LOADED_FILES, "            period, version = known\n", "            pass\n"),
    ),
    integration_mutant(
        "files: all numbers of a version are kept",
        "test_ingest_files",
        "number_by_number",
        Edit(
            INGEST,
            "                *(None if numbers is None else numbers[0], numbers),\n",
            "                *(None if numbers is None else numbers[0], numbers and numbers[:1]),\n",
        ),
    ),
    integration_mutant(
        "files: the report names what is not of the domain",
        "test_ingest_files",
        "nothing_but_lookalikes",
        Edit(
            INGEST_COMMAND,
            "    if all(report.outcome is FileOutcome.NOT_OF_DOMAIN for report in reports):\n",
            "    if not reports:\n",
        ),
    ),
    unit_mutant(
        "files: links that lead out",
        "test_file_search",
        "lead_out",
        Edit(FILE_SEARCH, "        if seen.is_link and not self._is_inside(seen.path):\n", "        if False:\n"),
    ),
    unit_mutant(
        "files: links that lead round in circles",
        "test_file_search",
        "in_circles or at_its_own_place",
        Edit(
            FILE_SEARCH,
            "        if identity in above.above or (by_link is not None and identity in by_link):\n",
            "        if len(seen.parts) > 6:\n",
        ),
        Edit(
            FILE_SEARCH,
            "for identity, path in found.linked if identity not in found.direct",
            "for _, path in found.linked",
        ),
    ),
    unit_mutant(
        "files: a pipe is no file",
        "test_file_search",
        "no_regular_file",
        Edit(FILE_SEARCH, "        elif not stat.S_ISREG(status.st_mode):\n", "        elif False:\n"),
    ),
    unit_mutant(
        "files: a link in the place of a file that was found",
        "test_file_search",
        "replaced_since",
        Edit(INPUT_FILES, " | os.O_NOFOLLOW\n", "\n"),
    ),
    unit_mutant(
        "files: a folder that cannot be opened",
        "test_file_search",
        "cannot_be_opened",
        Edit(
            FILE_SEARCH, '            self._refuse(folder.path, folder.parts, f"cannot be opened: {error.strerror}.")\n'
        ),
    ),
    unit_mutant(
        "files: what programs keep beside them",
        "test_file_search",
        "side_files",
        Edit(FILE_SEARCH, "        elif is_side_file(name):\n", "        elif False:\n"),
    ),
    unit_mutant(
        "files: folders of programs",
        "test_file_search",
        "side_files",
        Edit(FILE_SEARCH, "            if is_side_folder(name) and not", "            if False and not"),
    ),
    unit_mutant(
        "files: what is excluded is named",
        "test_file_search",
        "is_excluded_is_not_read",
        Edit(
            FILE_SEARCH,
            '                    self._pass_over(seen.path, seen.parts, f"excluded by {rule.text}")\n',
            "                    pass\n",
        ),
    ),
    unit_mutant(
        "files: the case of names",
        "test_file_search",
        "part_by_part",
        Edit(PATH_PATTERNS, 'unicodedata.normalize("NFC", name).casefold()', 'unicodedata.normalize("NFC", name)'),
    ),
    unit_mutant(
        "files: accents of macOS",
        "test_file_search",
        "part_by_part",
        Edit(
            PATH_PATTERNS,
            'unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())',
            "name.casefold()",
        ),
    ),
    unit_mutant(
        "files: patterns stay below the folder",
        "test_file_search",
        "leads_out_or_nowhere",
        Edit(PATH_PATTERNS, """or ".." in re.split(r"[/\\\\]", pattern)"""),
    ),
    unit_mutant(
        "files: a day is no month",
        "test_periods",
        "no_month_is_none",
        Edit(PERIODS, "_DATES.sub(lambda date: _BLANK * len(date[0]), part)", "part"),
    ),
    unit_mutant(
        "files: several months are none",
        "test_periods",
        "no_month_is_none",
        Edit(PERIODS, "for span, month in ordered if span not in ranges", "for span, month in ordered"),
    ),
    unit_mutant(
        "files: financial years",
        "test_periods",
        "no_month_is_none",
        Edit(PERIODS, r"(?<!fy)(?<!fy[ _.-])"),
    ),
    unit_mutant(
        "files: the other months of a path are named",
        "test_periods",
        "others_are_named",
        Edit(PERIODS, "for _, month in months if month != first", "for _, month in months if False"),
    ),
    unit_mutant(
        "files: a day of delivery in the next year",
        "test_periods",
        "in_the_order_of_the_path",
        Edit(PERIODS, '(match["month"] < month[4:])', "0"),
    ),
    unit_mutant(
        "files: 2.0 is 2",
        "test_periods",
        "zeros_at_the_end",
        Edit(PERIODS, "    while kept and not kept[-1]:\n", "    while False:\n"),
    ),
    unit_mutant(
        "files: a key of YAML is there once",
        "test_domain_files",
        "refused_quickly",
        Edit(YAML_FILE, "            if key in lines:\n", "            if False:\n"),
    ),
    unit_mutant(
        "files: aliases that explode",
        "test_domain_files",
        "refused_quickly and too and much",
        Edit(YAML_FILE, "        if node is not None and _size(node, {}, ()) > _MOST_VALUES:\n", "        if False:\n"),
    ),
    unit_mutant(
        "files: a huge YAML file",
        "test_domain_files",
        "refused_quickly",
        Edit(YAML_FILE, "    if len(content) > _LARGEST_FILE:\n", "    if False:\n"),
    ),
    unit_mutant(
        "files: a domain's name is that of its file",
        "test_domain_files",
        "refused_quickly",
        Edit(DOMAINS, 'yaml_mapping(text, without=("name",))', "yaml_mapping(text)"),
    ),
    unit_mutant(
        "ingest: only codes have rules",
        "test_workbooks",
        "file_column_and_rule",
        Edit(DOMAINS, "column.rules and name not in _CODE_COLUMNS", "column.rules and False"),
    ),
    unit_mutant(
        "ingest: a width is a whole number",
        "test_workbooks",
        "file_column_and_rule",
        Edit(DOMAINS, "width: StrictInt | None", "width: int | None"),
    ),
    unit_mutant(
        "ingest: a rule is not empty",
        "test_workbooks",
        "file_column_and_rule",
        Edit(DOMAIN_PARTS, "fault is not None or not text.strip() or", "fault is not None or"),
    ),
    unit_mutant(
        "ingest: the newest version is read",
        "test_input_files",
        "newest_version",
        Edit(INPUT_FILES, "max(of_period, key=_version)", "min(of_period, key=_version)"),
    ),
    unit_mutant(
        "ingest: copies contradict nobody",
        "test_input_files",
        "copies_of_one_file",
        Edit(INPUT_FILES, "        and not _are_copies(rivals)\n"),
    ),
    unit_mutant(
        "ingest: formulas are defused",
        "test_spreadsheet_csv",
        "reads_back",
        Edit(
            SPREADSHEET_CSV,
            "defused(readable_text(cell) if isinstance(cell, str) else cell)",
            "readable_text(cell) if isinstance(cell, str) else cell",
        ),
    ),
    unit_mutant(
        "ingest: formulas after blanks and quotes",
        "test_spreadsheet_csv",
        "would_compute",
        Edit(SPREADSHEET_CSV, """[\\s"'\\x00-""", """[\\x00-"""),
    ),
    unit_mutant(
        "ingest: formulas in full width",
        "test_spreadsheet_csv",
        "would_compute",
        Edit(SPREADSHEET_CSV, "＝＋－＠"),
    ),
    unit_mutant(
        "ingest: the byte order mark",
        "test_spreadsheet_csv",
        "byte_order_mark",
        Edit(SPREADSHEET_CSV, '"utf-8-sig"', '"utf-8"'),
    ),
    unit_mutant(
        "ingest: a CSV file appears when it is complete",
        "test_spreadsheet_csv",
        "not_completed",
        Edit(SPREADSHEET_CSV, 'path.with_name(f".company-enrichment.{os.getpid()}.unfinished")', "path"),
    ),
    unit_mutant(
        "ingest: a missing folder is refused first",
        "test_spreadsheet_csv",
        "missing_folder",
        Edit(SPREADSHEET_CSV, "    if not path.parent.is_dir():\n", "    if False:\n"),
    ),
    unit_mutant(
        "ingest: headers of either width",
        "test_workbooks",
        "do_not_matter",
        Edit(
            "python/company_enrichment/column_names.py",
            'for character in unicodedata.normalize("NFKC", text)',
            "for character in text",
        ),
    ),
    unit_mutant(
        "ingest: blanks in headers",
        "test_workbooks",
        "do_not_matter",
        Edit(COLUMN_NAMES, "if not character.isspace() and", "if"),
    ),
    unit_mutant(
        "ingest: two columns of one header",
        "test_workbooks",
        "names_both",
        Edit(WORKBOOKS, "        if len(positions) > 1:\n", "        if False:\n"),
        Edit(WORKBOOKS, "for header, (place,) in places.items()", "for header, (place, *_) in places.items()"),
    ),
    unit_mutant(
        "rows: a row that names a customer is a record",
        "test_no_records",
        "names_a_customer",
        Edit(NO_RECORDS, "        if (self._names & row.texts.keys()) - unnamed:\n            return False\n"),
        Edit(NO_RECORDS, "        if self._is_plain(cells):\n            return None\n"),
    ),
    unit_mutant(
        "rows: a code makes a record of a name that is also a word of totals",
        "test_no_records",
        "names_a_customer",
        Edit(NO_RECORDS, "return bool(certain) or not (self._codes & row.texts.keys()) - unnamed", "return True"),
    ),
    unit_mutant(
        "rows: a remark makes no total",
        "test_no_records",
        "names_a_customer",
        Edit(NO_RECORDS, "if (position == row.first or position in self._read) and len", "if len"),
    ),
    unit_mutant(
        "rows: a company may end in an English word of totals",
        "test_no_records",
        "names_a_customer",
        Edit(
            NO_RECORDS, "return ENGLISH_ENDING.fullmatch(words) is not None and not any(", "return not any(()) or any("
        ),
    ),
    unit_mutant(
        "rows: notes have no amounts",
        "test_no_records",
        "names_a_customer",
        Edit(
            NO_RECORDS,
            "return not others & self._identity and not others & row.numbers",
            "return not others & self._identity",
        ),
    ),
    unit_mutant(
        "rows: column numbers follow each other",
        "test_no_records",
        "names_a_customer",
        Edit(
            NO_RECORDS,
            "            elif kind != kinds[-1] or number - before[1] not in (1, position - before[0]):\n"
            "                return False\n",
        ),
    ),
    unit_mutant(
        "rows: a part of the header is the header",
        "test_no_records",
        "is_passed_over",
        Edit(NO_RECORDS, "len(equal & self._read) >= min(2, self._width)", "equal == self._headers.keys()"),
    ),
    unit_mutant(
        "rows: a header whose columns have moved",
        "test_no_records",
        "have_moved",
        Edit(NO_RECORDS, "        if self._is_moved_header(row):\n            raise MovedHeaderError\n"),
    ),
    unit_mutant(
        "rows: a rule can be switched off",
        "test_no_records",
        "switched_off",
        Edit(
            NO_RECORDS,
            " for rule, test in tests.items() if rule in passing_over.rules]",
            " for rule, test in tests.items()]",
        ),
    ),
    unit_mutant(
        "rows: a domain adds words",
        "test_no_records",
        "adds_words",
        Edit(NO_RECORDS, "passing_over.further_words.get(rule, ())", "()"),
    ),
    integration_mutant(
        "rows: a domain's rules are those of its file",
        "test_rows_passed_over",
        "switches_rules_off",
        Edit(
            DOMAIN_PARTS, "for rule, value in given.items() if value is not False)", "for rule, value in given.items())"
        ),
    ),
    integration_mutant(
        "rows: what was passed over is in the sum",
        "test_rows_passed_over",
        "says_what_is_none",
        Edit(INGEST, "rows_read=len(rows) + len(passed_over),", "rows_read=len(rows),"),
    ),
    integration_mutant(
        "rows: the table holds the sum",
        "test_rows_passed_over",
        "the_sum_of_a_file",
        Edit(
            "macros/schema/ingest_files.sql",
            "    check (rows_read = rows_new + rows_changed + rows_unchanged + rows_rejected + rows_passed_over)\n",
            "    check (rows_read >= 0)\n",
        ),
    ),
    unit_mutant(
        "keys: to 15 digits", "test_key_parts", "says_the_same", Edit(KEY_PARTS, "_DIGITS = 15\n", "_DIGITS = 17\n")
    ),
    unit_mutant(
        "keys: codes are no numbers",
        "test_key_parts",
        "is_something_else",
        Edit(
            KEY_PARTS,
            '    if found is None and kind not in ("text", "code"):\n',
            '    if found is None and kind != "text":\n',
        ),
    ),
    unit_mutant(
        "keys: a leading zero says something",
        "test_key_parts",
        "is_something_else",
        Edit(KEY_PARTS, "_LEADING_ZERO.match(text) or ", ""),
    ),
    unit_mutant(
        "keys: days are months only where that is said",
        "test_key_parts",
        "is_something_else",
        Edit(KEY_PARTS, '    if kind == "month":\n        return f"m{value', '    if True:\n        return f"m{value'),
    ),
    unit_mutant(
        "keys: kinds of brackets",
        "test_key_parts",
        "says_the_same",
        Edit(
            KEY_PARTS,
            'return _INVISIBLE.sub("", visible).translate(_BRACKETS) or None',
            'return _INVISIBLE.sub("", visible) or None',
        ),
    ),
    integration_mutant(
        "keys: records that came by an earlier id are known by their key",
        "test_record_identity",
        "keep_their_ids",
        Edit(
            RECORD_IDENTITY,
            "            self._run(cursor, STORE_KEYS, (self._domain, list(new), list(new.values())))\n",
            "            pass\n",
        ),
    ),
    integration_mutant(
        "keys: records are found by their earlier id",
        "test_record_identity",
        "without_a_month",
        Edit(
            RECORD_IDENTITY,
            '            if row.key_id not in ids and known[row.key_id]["is_stored_by_earlier_id"]',
            "            if False",
        ),
    ),
    integration_mutant(
        "keys: records are found by what they say",
        "test_record_identity",
        "keep_their_ids",
        Edit(RECORD_IDENTITY, "            ids |= _adopted(unknown, free)\n"),
    ),
    integration_mutant(
        "keys: what was loaded by keys is found by keys alone",
        "test_record_identity",
        "what_it_has_changed",
        Edit(
            RECORD_IDENTITY,
            "and content_hash = any(%s::text[]) and key_version < %s\n",
            "and content_hash = any(%s::text[]) and %s > 0\n",
        ),
    ),
    integration_mutant(
        "keys: a record is found for one row",
        "test_record_identity",
        "stay_two",
        Edit(RECORD_IDENTITY, " and row.earlier_id not in taken", ""),
        Edit(RECORD_IDENTITY, "by_values[values].pop()", "by_values[values][-1]"),
        Edit(RECORD_IDENTITY, "                del left[adopted[row.key_id]]\n", ""),
    ),
    integration_mutant(
        "names: only where the file names nobody",
        "test_derived_names",
        "comes_from_the_plan",
        Edit(DERIVED_NAMES, "        and (row.customer_name is None or row.customer_name in unusable)\n"),
    ),
    integration_mutant(
        "names: a placeholder names nobody",
        "test_derived_names",
        "comes_from_the_plan",
        Edit(
            DERIVED_NAMES, "(row.customer_name is None or row.customer_name in unusable)", "row.customer_name is None"
        ),
    ),
    integration_mutant(
        "names: what is derived names somebody",
        "test_derived_names",
        "comes_from_the_plan",
        Edit(DERIVED_NAMES, "        and row.derivable_name not in unusable\n"),
    ),
    integration_mutant(
        "names: only rows that the rule is about",
        "test_derived_names",
        "comes_from_the_plan",
        Edit(
            DERIVED_NAMES,
            '        if any(folded_text(texts[header] or "") not in values for header',
            "        if any(not values for header",
        ),
    ),
    integration_mutant(
        "names: a pattern is given up after a second",
        "test_derived_names",
        "given_up_by_name",
        Edit(DERIVED_NAMES, "        except TimeoutError:\n", "        except ZeroDivisionError:\n"),
    ),
    integration_mutant(
        "names: a long text is not searched",
        "test_derived_names",
        "too_long",
        Edit(DERIVED_NAMES, "text is None or len(text) > LONGEST_TEXT", "text is None"),
    ),
    integration_mutant(
        "names: the result follows when a name is derived no more",
        "test_derived_names",
        "result_says",
        Edit(
            "models/resolution/customer_record_keys.sql",
            "            stored.account_name,\n            stored.name_derived_from\n",
            "            stored.account_name\n",
        ),
        Edit(
            "models/resolution/customer_record_keys.sql",
            "            records.account_name,\n            records.name_derived_from\n",
            "            records.account_name\n",
        ),
    ),
]
