"""Argo Workflows: the parts of rules that the examples of their codes do not show."""

import pytest
from inline_snapshot import snapshot

from mlspec.manifests.checks._cycle import find_cycle


def workflow(spec, kind="Workflow"):
    return (
        f"apiVersion: argoproj.io/v1alpha1\nkind: {kind}\nmetadata: {{name: retrain}}\n"
        f"spec:\n  {spec}\n"
    )


RUN = "{name: run, container: {image: a}}"


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (f"templates: [{RUN}]", snapshot(["MLS1220 5 the workflow has no `entrypoint`"])),
        (
            f"entrypoint: rum\n  templates: [{RUN}]",
            snapshot(["MLS1220 5 there is no template `rum`"]),
        ),
        (
            f"entrypoint: run\n  onExit: tell\n  templates: [{RUN}]",
            snapshot(["MLS1220 6 there is no template `tell`"]),
        ),
        (f"entrypoint: '{{{{workflow.name}}}}'\n  templates: [{RUN}]", snapshot([])),
        (
            f"entrypoint: run\n  templates: [{RUN}, {RUN}]",
            snapshot(["MLS1223 6 two templates have the name `run`"]),
        ),
        (
            "entrypoint: run\n  templates: [{name: run, script: {}, suspend: {}}]",
            snapshot(["MLS1224 6 the template `run` has `script` and `suspend`"]),
        ),
        (
            (
                f"entrypoint: run\n  templates: [{RUN}, {{name: a, steps: [[{{name: b}}],"
                " [{name: c, template: run, templateRef: {name: d, template: e}}]]}]"
            ),
            snapshot(
                [
                    "MLS1220 6 `b` calls 0 templates instead of one",
                    "MLS1220 6 `c` calls 2 templates instead of one",
                ]
            ),
        ),
        (
            (
                f"entrypoint: a\n  templates: [{RUN}, {{name: a, steps: [[{{name: b,"
                " template: run}], [{name: b, template: run}]]}]"
            ),
            snapshot(["MLS1223 6 two tasks have the name `b`"]),
        ),
        (
            (
                f"entrypoint: a\n  templates: [{RUN}, {{name: a, dag: {{target: b x, tasks: ["
                "{name: b, template: run, depends: 'c.Succeeded && !b2'},"
                " {name: c, template: run}]}}]"
            ),
            snapshot(["MLS1221 6 there is no task `x`", "MLS1221 6 there is no task `b2`"]),
        ),
        (
            (
                f"entrypoint: a\n  templates: [{RUN}, {{name: a, dag: {{tasks: [{{name: a,"
                " template: run, depends: a}]}}]"
            ),
            snapshot(["MLS1222 6 tasks wait for each other: a -> a"]),
        ),
        ("workflowTemplateRef: {name: elsewhere}\n  entrypoint: main", snapshot([])),
    ],
)
def test_workflows(found, spec, told):
    assert told == found(workflow(spec), "workflows")


def test_templates_of_another_object_are_known(found):
    template = workflow(f"entrypoint: run\n  templates: [{RUN}]", "WorkflowTemplate")
    other = (
        "entrypoint: a\n  templates: [{name: a, steps: [[{name: b, templateRef:"
        " {name: retrain, template: @}}]]}]"
    )
    caller = workflow(other).replace("name: retrain}\nspec", "name: caller}\nspec")

    assert [] == found(f"{template}---\n{caller.replace('@', 'run')}", "workflows")
    assert snapshot(["MLS1220 13 there is no template `rum`"]) == found(
        f"{template}---\n{caller.replace('@', 'rum')}", "workflows"
    )


@pytest.mark.parametrize(
    ("template", "told"),
    [
        (
            "inputs: {parameters: [{name: a}]}, script: {source: '{{inputs.parameters.a}}'}",
            snapshot([]),
        ),
        (
            "inputs: {parameters: [{name: a}]}, script: {source: '{{inputs.parameters}}'}",
            snapshot([]),
        ),
        ("script: {source: '{{ workflow.parameters.rows }} {{workflow.name}}'}", snapshot([])),
        (
            "script: {source: '{{workflow.parameters.raws}}'}",
            snapshot(["MLS1225 7 nobody declares `raws` (`workflow.parameters`)"]),
        ),
        (
            (
                "dag: {tasks: [{name: outputs, template: x, arguments: {parameters:"
                " [{name: p, value: '{{tasks.outputs.outputs}}'}]}}]}"
            ),
            snapshot([]),
        ),
        ("script: {source: '{{=inputs.parameters.made}}'}", snapshot([])),
        (
            (
                "dag: {tasks: [{name: a, template: x}, {name: b, template: x, arguments:"
                " {parameters: [{name: p, value: '{{tasks.c.outputs.result}}'}]}}]}"
            ),
            snapshot(["MLS1225 7 nobody declares `c` (`tasks.c`)"]),
        ),
        (
            (
                "steps: [[{name: a, template: x, arguments: {parameters: [{name: p, value:"
                " '{{item}}'}]}}]]"
            ),
            snapshot(["MLS1225 7 `item` has a meaning only where a task is repeated"]),
        ),
        (
            (
                "steps: [[{name: a, template: x, withItems: [1], arguments: {parameters:"
                " [{name: p, value: '{{item}}'}]}}]]"
            ),
            snapshot([]),
        ),
    ],
)
def test_parameters(found, template, told):
    spec = (
        "arguments: {parameters: [{name: rows, value: '1'}]}\n  entrypoint: main\n"
        f"  templates: [{{name: main, {template}}}]"
    )

    assert told == found(workflow(spec), "workflow-parameters")


def test_a_scheduled_workflow_gives_what_its_template_asks_for(found):
    template = workflow(
        "arguments: {parameters: [{name: rows}, {name: seed, value: '1'}]}", "WorkflowTemplate"
    )
    cron = (
        "---\napiVersion: argoproj.io/v1alpha1\nkind: CronWorkflow\nmetadata: {name: weekly}\n"
        "spec: {schedules: ['@weekly'], workflowSpec: {workflowTemplateRef: {name: retrain}@}}\n"
    )
    given = ", arguments: {parameters: [{name: rows, value: '5'}]}"

    assert [] == found(template + cron.replace("@}", f"{given}}}"), "workflow-parameters")
    assert snapshot(["MLS1226 10 `retrain` needs the parameter `rows`"]) == found(
        template + cron.replace("@}", "}"), "workflow-parameters"
    )


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("{schedule: '@daily', concurrencyPolicy: Replace}", snapshot([])),
        (
            "{schedules: ['0 0 30 2 *', '@monthly'], concurrencyPolicy: Forbid}",
            snapshot(["MLS1215 4 `0 0 30 2 *` can't be scheduled: the month 2 never has a day 30"]),
        ),
        (
            "{schedules: [5], concurrencyPolicy: Forbid}",
            snapshot(["MLS1215 4 `5` can't be scheduled: it has 0 fields instead of 5"]),
        ),
    ],
)
def test_schedules(found, spec, told):
    text = (
        "apiVersion: argoproj.io/v1alpha1\nkind: CronWorkflow\nmetadata: {name: a}\n"
        f"spec: {spec}\n"
    )

    assert told == found(text, "schedules")


def test_a_cron_job_has_its_zone_in_a_field_of_its_own(found):
    text = (
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\n"
        "spec: {schedule: '0 3 * * *', timeZone: Local, concurrencyPolicy: Forbid}\n"
    )

    assert snapshot(["MLS1218 4 there is no time zone `Local`"]) == found(text, "schedules")


@pytest.mark.parametrize(
    ("waits", "cycle"),
    [
        ({}, []),
        ({"a": ["b", "c"], "b": ["c"], "c": []}, []),
        ({"a": ["a"]}, ["a", "a"]),
        ({"a": ["b"], "b": ["c"], "c": ["b"]}, ["b", "c", "b"]),
        ({str(each): [str(each + 1)] for each in range(5000)}, []),
    ],
)
def test_circles_are_found(waits, cycle):
    assert cycle == find_cycle(waits)
