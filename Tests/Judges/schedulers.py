"""Holds the files that `mapwright submit` writes against the schemas of those who read them.

    python schedulers.py FOLDER WORD ...

FOLDER holds `kubernetes` and `aws-batch`; the words are those that a slice's container is to run. Kubernetes' files
are validated, strictly, with the JSON schemas of its OpenAPI description (PyPI: kubernetes-validate), of its
newest version and of an older one; those of AWS Batch with the service's own model (PyPI: botocore). Neither is asked
over the net. Prints what does not fit, one thing a line, and ends with 1; else what was validated.
"""

import json
import pathlib
import sys

import botocore.loaders
import botocore.model
import botocore.validate
import kubernetes_validate
import yaml

FOLDER, WORDS = pathlib.Path(sys.argv[1]), sys.argv[2:]
VERSIONS = [kubernetes_validate.latest_version(), "1.31"]
problems = []


def kubernetes(name):
    document = yaml.safe_load((FOLDER / "kubernetes" / name).read_text())
    for version in VERSIONS:
        try:
            kubernetes_validate.validate(document, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            problems.append(f"{name} in Kubernetes {version}: {error.path} {error.message}")
    return document


def expanded(words):
    """What the words become, once $(NAME) and $$ were filled in as Kubernetes and AWS Batch do."""
    return [word.replace("$$", "$") for word in words]


def batch(name, operation):
    loader = botocore.loaders.Loader()
    service = botocore.model.ServiceModel(loader.load_service_model("batch", "service-2"))
    document = json.loads((FOLDER / "aws-batch" / name).read_text())
    shape = service.operation_model(operation).input_shape
    report = botocore.validate.ParamValidator().validate(document, shape)
    if report.has_errors():
        problems.append(f"{name}: {report.generate_report()}")
    unknown = set(document) - set(shape.members)
    problems.extend(f"{name}: no such parameter: {key}" for key in sorted(unknown))
    return document


slices = kubernetes("slices.yaml")
finalize = kubernetes("finalize.yaml")
definition = batch("slices-definition.json", "RegisterJobDefinition")
batch("finalize-definition.json", "RegisterJobDefinition")
batch("slices.json", "SubmitJob")
batch("finalize.json", "SubmitJob")

for document, command in [
    ("slices.yaml", slices["spec"]["template"]["spec"]["containers"][0]["command"]),
    ("slices-definition.json", definition["containerProperties"]["command"]),
]:
    if WORDS and expanded(command)[: len(WORDS)] != WORDS:
        problems.append(f"{document}: runs {expanded(command)}, not {WORDS}")

spec = slices["spec"]
if spec["template"]["spec"]["restartPolicy"] != "Never":
    problems.append("slices.yaml: a policy for failures wants restartPolicy: Never")
if len(spec["podFailurePolicy"]["rules"]) > 20 or len(definition["retryStrategy"].get("evaluateOnExit", [])) > 5:
    problems.append("more rules than are taken")

print("\n".join(problems) or "fits Kubernetes " + " and ".join(VERSIONS) + " and AWS Batch")
sys.exit(1 if problems else 0)
