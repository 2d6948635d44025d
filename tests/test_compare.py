"""Systems side by side: differences, tests, what one has alone, and what may not be compared."""

import itertools
import json
from functools import partial

import jsonschema
import msgspec
import pytest
from small_documents import HEADLINE, answer, doc, named, no_special_numbers, predictions, words

from goldwire.eval.compare import compare
from goldwire.eval.render_compare import as_text, latex, markdown
from goldwire.eval.score import How, score
from goldwire.schemas.comparison import Comparison
from goldwire.schemas.errors import UsageError
from goldwire.schemas.json_schema import comparison_schema

STRICT = "mentions.strict"
QUICK = How(resamples=500)


def gold_of(number):
    return [doc(f"d{n:03}", mentions=named(range(10), "PERSON")) for n in range(number)]


def system(number, right, **line):
    """A system that finds ``right(n)`` of the ten names of article n, and one wrong one."""
    found = [named([*range(right(n)), 30], "PERSON") for n in range(number)]
    return predictions(*(answer(f"d{n:03}", mentions=m) for n, m in enumerate(found)), **line)


def three(number):
    """Good, as good as that but for chance, and bad."""
    return {
        "good": system(number, lambda n: 9 - n % 2, version="1"),
        "even": system(number, lambda n: 8 + n % 2, version="1"),
        "bad": system(number, lambda n: 3 + n % 3, version="1"),
    }


def compared(number=40, runs=None, measures=(STRICT,), **options):
    return compare(gold_of(number), runs or three(number), measures, QUICK, **options)


def by_pair(found, measure=STRICT):
    return {(d.a, d.b): d for d in found.differences if d.measure == measure}


@pytest.fixture
def cli(goldwire):
    return partial(goldwire, "compare")


# What the figures are.


def test_systems_are_sorted_and_differences_tested():
    found = compared()
    assert [each.name for each in found.systems] == ["even", "good", "bad"]
    # Good and even find 17 of 20 in two articles, with two wrong ones: 2 * 17 / (20 + 19).
    assert found.systems[0].cells[STRICT].f1 == found.systems[1].cells[STRICT].f1 == 34 / 39
    pairs = by_pair(found)
    assert list(pairs) == [("even", "good"), ("even", "bad"), ("good", "bad")]
    assert pairs["even", "good"].difference == 0
    assert pairs["even", "good"].p == pairs["even", "good"].p_holm == 1
    apart = pairs["even", "bad"]
    assert 0 < apart.low < apart.difference < apart.high
    assert apart.p == 1 / 501
    assert apart.p_holm == pytest.approx(3 / 501)
    assert found.alpha == 0.05


def test_all_that_share_the_best_f1_are_best_and_what_is_far_is_not_tied():
    marks = {each.name: each.cells[STRICT] for each in compared().systems}
    assert (marks["good"].best, marks["good"].tied) == (True, False)
    assert (marks["even"].best, marks["even"].tied) == (True, False)
    assert (marks["bad"].best, marks["bad"].tied) == (False, False)


def test_a_system_that_can_t_be_told_from_the_best_is_tied():
    runs = three(40)
    runs["near"] = system(40, lambda n: 9 - n % 2 if n else 7)
    marks = {each.name: each.cells[STRICT] for each in compared(runs=runs).systems}
    assert (marks["near"].best, marks["near"].tied) == (False, True)


@pytest.mark.parametrize("test", ["randomisation", "bootstrap"])
def test_the_order_of_the_files_changes_nothing(test):
    orders = list(itertools.permutations(three(40).items()))
    found = [compared(runs=dict(each), test=test, measures=()) for each in orders[:2]]
    found += [compared(runs=dict(orders[-1]), test=test, measures=())]
    assert found[0] == found[1] == found[2]
    assert found[0].test == test


def test_the_mean_stands_first_and_needs_every_layer():
    assert compared(measures=()).measures[:2] == ["mean", HEADLINE]
    assert all(each.cells["mean"].f1 is None for each in compared(measures=()).systems)


def test_holm_is_over_all_differences_of_the_comparison():
    alone = by_pair(compared())["even", "bad"]
    more = by_pair(compared(measures=(STRICT, "mentions.exact")))["even", "bad"]
    assert (alone.p, more.p) == (1 / 501, 1 / 501)
    assert more.p_holm == pytest.approx(6 / 501)


def test_too_few_resamples_for_so_many_differences_are_said():
    few = compare(gold_of(40), three(40), [STRICT], How(resamples=50))
    assert few.notes[-1] == (
        "3 differences are tested: with 50 resamples none can pass Holm's correction, so give more"
    )
    assert not any("Holm" in note for note in compared().notes)


def test_the_json_is_as_its_schema_says_and_has_no_special_numbers():
    for number in (5, 40):
        built = msgspec.to_builtins(compared(number, measures=(), items=True))
        jsonschema.validate(built, comparison_schema())
        assert no_special_numbers(built)
        assert msgspec.convert(built, Comparison)


def test_types_that_one_system_alone_predicts_do_not_stop_a_comparison():
    gold = [doc(f"d{n:02}", mentions=named(range(5), "PERSON")) for n in range(24)]

    def run(label):
        found = [*named(range(4), "PERSON"), *named((20,), label)]
        return predictions(*(answer(one.id, mentions=found) for one in gold))

    name = "mentions.strict[average=macro]"
    for labels in (("LAW", "ORG"), ("ORG", "LAW")):
        found = compare(gold, dict(zip("ab", map(run, labels), strict=True)), [name], QUICK)
        assert found.differences[0].p == 1


# What may not be said.


def test_below_twenty_articles_nothing_is_ranked():
    found = compared(19)
    assert [each.name for each in found.systems] == ["bad", "even", "good"]
    assert found.interval == "fewer than 20 source articles (19)"
    for each in found.systems:
        cell = each.cells[STRICT]
        assert cell.low is cell.high is cell.best is cell.tied is None
    for each in found.differences:
        assert each.low is each.high is each.p is each.p_holm is None
        assert each.difference is not None
    assert (found.receipt.resamples, found.receipt.seed) == (None, None)
    for text in (as_text(found), markdown(found), latex(found)):
        assert "*" not in text.replace("\\*", "")
        assert "textbf" not in text
        assert "Holm" not in text
    assert "no intervals, tests or ranks: fewer than 20 source articles (19)" in as_text(found)


def test_variants_do_not_make_articles():
    gold = gold_of(40)
    for one in gold[:25]:
        one.variant_of = gold[-1].id
    assert compare(gold, three(40), [STRICT], QUICK).interval.endswith("(15)")


def test_no_resamples_no_tests():
    found = compare(gold_of(40), three(40), [STRICT], How(resamples=0))
    assert found.interval == "not computed"
    assert all(each.p is None for each in found.differences)


# What one has and the other has not.


def test_what_one_system_has_alone():
    gold = [doc(mentions=named(range(4), "PERSON"))]
    a = predictions(answer(mentions=[*named((0, 1), "PERSON"), *named((2,), "ORG")]))
    b = predictions(answer(mentions=[*named((0, 3), "PERSON"), *named((20,), "LAW")]))
    found = compare(gold, {"a": a, "b": b}, [STRICT], items=True)
    [one] = found.differences
    # a has word 1 and, of wrong type, word 2; b has word 3 and the spurious word 20.
    assert (one.only_a, one.only_b, one.spurious_a, one.spurious_b) == (1, 1, 1, 1)
    items = {(i.system, i.other, i.kind, i.start, i.type) for i in found.items}
    assert items == {
        ("a", "b", "found", 4, "PERSON"),
        ("a", "b", "spurious", 8, "ORG"),
        ("b", "a", "found", 12, "PERSON"),
        ("b", "a", "spurious", 80, "LAW"),
    }
    assert "a, not b: found" in as_text(found)


def test_counts_of_what_one_has_alone_add_up_to_the_difference_in_matches():
    runs = three(30)
    gold = gold_of(30)
    matched = {
        name: score(gold, run, [STRICT], resamples=0).scores[STRICT].matched
        for name, run in runs.items()
    }
    for (a, b), each in by_pair(compare(gold, three(30), [STRICT], QUICK)).items():
        assert each.only_a - each.only_b == matched[a] - matched[b]


@pytest.mark.parametrize("name", ["coref.b3", "mentions.partial", "mentions.char"])
def test_measures_that_count_no_items_have_none_alone(name):
    found = compared(measures=(name,), items=True)
    assert {each.only_a for each in found.differences} == {None}
    assert found.items == []


# What is said of runs.


def test_the_same_run_twice_is_said():
    runs = {"a": system(5, lambda n: 4), "b": system(5, lambda n: 4), "c": system(5, lambda n: 5)}
    notes = compared(5, runs).notes
    assert "a and b have the same counts in every document: the same run?" in notes
    assert not any("c have" in note for note in notes)


def test_missing_documents_and_missing_provenance_are_said():
    whole, part = system(5, lambda n: 4, version="2"), system(4, lambda n: 4)
    notes = compared(5, {"whole": whole, "part": part}).notes
    assert "part: documents missing, counted as missed: 1 of 5" in notes
    assert "part: no line goldwire_run, so what made it is not known" in notes
    assert not any(note.startswith("whole") for note in notes)


def test_what_all_runs_share_is_said_once():
    notes = compared(5).notes
    assert notes == [
        "5 articles say little about others: no intervals, and systems can't be ranked"
    ]


# What is refused.


def refuses(code, what, *arguments, **options):
    with pytest.raises(UsageError) as raised:
        compare(*arguments, **options)
    assert raised.value.code == code
    assert what in str(raised.value)


def test_one_system_is_no_comparison():
    refuses("one-system", "give two or more", gold_of(3), {"a": system(3, lambda n: 1)})


def test_layers_that_differ_are_refused_until_only_the_common_ones_are_asked_for():
    more = predictions(answer("d000", mentions=[], quotes=[]))
    runs = {"a": system(3, lambda n: 1), "b": more}
    gold = gold_of(3)
    for one in gold:
        one.quotes = []
    what = "layers differ: a has entities, b has entities, quotes; name measures of layers"
    refuses("not-comparable", what, gold, runs)
    assert compare(gold, runs, [STRICT]).measures == [STRICT]


def saved(gold, run, measures=(), **options):
    return score(gold, run, measures, **options)


def test_saved_scores_are_compared_without_tests():
    gold = gold_of(40)
    one = saved(gold, system(40, lambda n: 5, version="1"))
    found = compare(gold, {"saved": one, "good": three(40)["good"]}, [], QUICK)
    assert found.interval == "a saved score has no counts by article"
    assert "saved: a saved score, without counts by article" in found.notes
    assert [each.name for each in found.systems] == ["good", "saved"]
    assert all(each.p is None for each in found.differences)


CHANGES = {
    "goldwire": "0.0.9",
    "gold": "0" * 64,
    "corpus": "1" * 64,
    "articles": 7,
    "documents": 7,
    "guidelines": "0.2",
    "status": "draft",
    "tokens": r"\S+",
    "maps": {"mine": "2" * 64},
    "train": "3" * 64,
}


@pytest.mark.parametrize("field", CHANGES)
def test_figures_that_rest_on_different_things_are_refused(field):
    gold = gold_of(3)
    one = saved(gold, system(3, lambda n: 1))
    receipt = msgspec.structs.replace(one.receipt, **{field: CHANGES[field]})
    other = msgspec.structs.replace(one, receipt=receipt)
    for runs in ({"a": one, "b": other}, {"a": system(3, lambda n: 1), "b": other}):
        refuses("not-comparable", f"{field} differ: a has ", gold, runs)


def test_no_field_of_the_receipt_is_forgotten():
    own = {"extractor", "extractor_version", "resamples", "seed"}
    one = saved(gold_of(3), system(3, lambda n: 1))
    assert {*CHANGES, *own} == set(one.receipt.__struct_fields__)


def test_figures_with_other_options_are_refused():
    gold = gold_of(3)
    one = saved(gold, system(3, lambda n: 1), ["mentions.strict[type=PERSON]"])
    runs = {"a": one, "b": system(3, lambda n: 1)}
    refuses("not-comparable", f"measures differ: a has no {STRICT}", gold, runs, [STRICT])
    assert compare(gold, runs, ["mentions.strict[type=PERSON]"]).measures


def test_a_saved_score_without_its_errors_tells_nothing_of_items():
    gold = gold_of(30)
    runs = {"saved": saved(gold, system(30, lambda n: 5), [STRICT]), "run": three(30)["good"]}
    [found] = compare(gold, runs, [STRICT], QUICK, items=True).differences
    assert found.only_a is found.only_b is found.spurious_a is found.spurious_b is None
    runs["saved"] = saved(gold, system(30, lambda n: 5), [STRICT], errors=True)
    [found] = compare(gold, runs, [STRICT], QUICK).differences
    # The run finds 8 or 9 in an article, the saved one 5 of these; both have one wrong one.
    assert (found.only_a, found.only_b, found.spurious_a) == (15 * 3 + 15 * 4, 0, 0)


def test_means_over_types_count_no_items_of_their_own():
    found = compared(measures=("mentions.strict[average=macro]",), items=True)
    assert {each.only_a for each in found.differences} == {None}
    assert found.items == []


def test_what_could_not_be_tested_is_not_said_to_be_worse():
    gold = gold_of(30)
    gold[0].mentions[0].type = "LAW"
    both = [each.mentions for each in gold]
    runs = {
        "all": predictions(*(answer(one.id, mentions=both[n]) for n, one in enumerate(gold))),
        "none": predictions(*(answer(one.id, mentions=[]) for one in gold)),
    }
    found = compare(gold, runs, ["mentions.strict[type=LAW]"], QUICK, test="bootstrap")
    [one] = found.differences
    assert (one.difference, one.p, one.low) == (1, None, None)
    assert one.interval.endswith("too rare")
    assert [each.cells[one.measure].tied for each in found.systems] == [False, None]
    assert found.systems[0].cells[one.measure].interval.endswith("too rare")
    assert "0.0000?" in as_text(found)


def test_systems_are_sorted_by_the_first_measure_that_is_defined():
    assert [each.name for each in compared(measures=()).systems] == ["even", "good", "bad"]


def test_no_p_is_printed_as_zero():
    gold, many = gold_of(60), How(resamples=30_000)
    found = compare(gold, three(60), [STRICT], many)
    assert min(each.p for each in found.differences) == 1 / 30_001
    for text in (as_text(found), markdown(found), latex(found)):
        assert " 0.0000 " not in text
    assert "<0.0001" in as_text(found)


# The command.


def files(write, number=30, name="{}.jsonl"):
    gold = write("gold.jsonl", *gold_of(number))
    paths = []
    for system_name, run in three(number).items():
        first = json.dumps({"goldwire_run": {"extractor": system_name, "layers": ["entities"]}})
        records = [record for _, record in run.records]
        paths.append(write(name.format(system_name), *records, first=first))
    return gold, paths


def test_the_command_prints_a_table(cli, write):
    gold, paths = files(write)
    status, out, err = cli(*paths, "--gold", gold, "-m", STRICT, "--resamples", "300")
    assert (status, err) == (0, "")
    assert "* is best; = not told apart from the best at 0.05, ? not tested" in out
    assert "paired approximate randomisation, Holm over 3 differences" in out
    assert "resamples 300 | seed 0" in out
    assert out.index("even") < out.index("bad")


@pytest.mark.parametrize("form", ["--json", "--markdown", "--latex"])
def test_the_order_on_the_command_line_changes_no_byte(cli, write, form):
    gold, paths = files(write)
    options = ["--gold", gold, "-m", STRICT, "--resamples", "100", form]
    assert cli(*paths, *options) == cli(*paths[::-1], *options)


def test_markdown_and_latex_mark_the_best(cli, write):
    gold, paths = files(write)
    options = ["--gold", gold, "-m", STRICT, "--resamples", "100"]
    page = cli(*paths, *options, "--markdown")[1]
    assert "| even | **0.8718 \\[" in page
    assert "| bad | 0." in page
    table = cli(*paths, *options, "--latex")[1]
    assert r"even & \textbf{0.8718 {[}" in table
    assert table.count(r"\begin{tabular}") == table.count(r"\end{tabular}") == 2


def test_names_from_outside_are_escaped_in_every_form(cli, write):
    gold, paths = files(write, name="{}|_$%\x1b[31m<b>.jsonl")
    options = ["--gold", gold, "-m", STRICT, "--resamples", "100"]
    text = cli(*paths, *options)[1]
    assert r"even|_$%\x1b[31m<b>" in text
    page = cli(*paths, *options, "--markdown")[1]
    assert r"even\|\_$%\\x1b\[31m\<b\>" in page
    table = cli(*paths, *options, "--latex")[1]
    assert r"even\textbar{}\_\$\%\textbackslash{}x1b{[}31m\textless{}b\textgreater{}" in table
    assert "\x1b[31m" not in page + table


def test_names_that_are_no_text_and_options_that_do_nothing(cli, write, tmp_path):
    gold, paths = files(write)
    odd = tmp_path / "b\udcff.jsonl"
    odd.write_bytes(paths[0].read_bytes())
    star = tmp_path / "*star.jsonl"
    star.write_bytes(paths[1].read_bytes())
    options = ["--gold", gold, "-m", STRICT, "--resamples", "50"]
    assert json.loads(cli(odd, star, *options, "--json")[1])["systems"]
    assert "{*}star & " in cli(odd, star, *options, "--latex")[1]
    status, out, err = cli(*paths, *options, "--latex", "--items")
    assert (status, out) == (2, "")
    assert "[unused-option]" in err


def test_files_of_one_name_are_told_apart_and_one_file_is_not_given_twice(cli, write, tmp_path):
    gold, paths = files(write)
    (tmp_path / "more").mkdir()
    other = tmp_path / "more" / paths[0].name
    other.write_bytes(paths[0].read_bytes())
    options = ["--gold", gold, "-m", STRICT, "--resamples", "0", "--json"]
    status, out, _ = cli(paths[0], other, *options)
    assert status == 0
    assert {each["name"] for each in json.loads(out)["systems"]} == {str(paths[0]), str(other)}
    status, out, err = cli(paths[0], paths[0], *options)
    assert (status, out) == (2, "")
    assert "[same-file]" in err


def test_saved_scores_come_from_files(cli, write, tmp_path, command):
    gold, paths = files(write)
    printed = command(paths[0], "--gold", gold, "-m", STRICT, "--json")[1]
    (tmp_path / "saved.json").write_text(printed)
    status, out, _ = cli(tmp_path / "saved.json", paths[1], "--gold", gold, "-m", STRICT)
    assert status == 0
    assert "no intervals, tests or ranks: a saved score has no counts by article" in out
    status, out, err = cli(tmp_path / "saved.json", paths[1], "-m", STRICT)
    assert (status, out) == (2, "")
    assert "[unknown-document]" in err


@pytest.mark.parametrize(
    ("content", "code"),
    [("", "empty-file"), ('{"headline": {}}', "missing-key"), ("{", "truncated"), ("[]", "wrong")],
)
def test_what_is_no_saved_score_is_refused(cli, write, tmp_path, content, code):
    gold, paths = files(write)
    (tmp_path / "bad.json").write_text(content)
    status, out, err = cli(tmp_path / "bad.json", paths[0], "--gold", gold)
    assert (status, out) == (2, "")
    assert f"[{code}" in err
    assert "Traceback" not in err


def test_a_missing_file_and_no_file_are_refused(cli, write, tmp_path):
    gold, paths = files(write)
    for arguments in ((paths[0], tmp_path / "none.jsonl"), (paths[0],), ()):
        status, out, err = cli(*arguments, "--gold", gold)
        assert (status, out) == (2, "")
        assert "Traceback" not in err


def test_boilerplate_and_quotes_are_compared_too():
    gold = [doc(f"d{n:02}", quotes=[], boilerplate=[words(39)]) for n in range(30)]
    right = predictions(*(answer(one.id, quotes=[], boilerplate=[words(39)]) for one in gold))
    wide = predictions(*(answer(one.id, quotes=[], boilerplate=[words(38, 39)]) for one in gold))
    found = compare(gold, {"right": right, "wide": wide}, ["boilerplate.*", "quotes.*"], QUICK)
    assert by_pair(found, "boilerplate.char")["right", "wide"].difference > 0
    assert by_pair(found, "quotes.attributed")["right", "wide"].difference is None
