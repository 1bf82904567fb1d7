"""Makes the queues of infra/queues.yml in LocalStack, when it is ready. `npm start` does the same; this is for those who
use the containers alone."""

import json
import os

import boto3
import yaml


class Template(yaml.SafeLoader):
    """Reads CloudFormation's short forms as plain text: only the names behind them are needed here."""


for tag in ("!Ref", "!GetAtt", "!Sub"):
    Template.add_constructor(tag, lambda loader, node: loader.construct_scalar(node))

with open(os.environ.get("QUEUES_TEMPLATE", "/infra/queues.yml"), encoding="utf-8") as file:
    resources = yaml.load(file, Loader=Template)["Resources"]

sqs = boto3.client(
    "sqs",
    endpoint_url=os.environ.get("SQS_ENDPOINT", "http://localhost:4566"),
    region_name=os.environ.get("AWS_REGION", "us-east-1"),
    aws_access_key_id=os.environ.get("AWS_ACCESS_KEY_ID", "local"),
    aws_secret_access_key=os.environ.get("AWS_SECRET_ACCESS_KEY", "local"),
)
queues = {name: each["Properties"] for name, each in resources.items() if each["Type"] == "AWS::SQS::Queue"}


def make(name: str) -> str:
    """Makes a queue after the dead-letter queue it names, and returns its ARN."""
    properties = queues[name]
    attributes = {
        key: str(properties[key])
        for key in ("VisibilityTimeout", "MessageRetentionPeriod", "ReceiveMessageWaitTimeSeconds")
        if key in properties
    }
    policy = properties.get("RedrivePolicy")
    if policy:
        target = make(policy["deadLetterTargetArn"].split(".")[0])
        attributes["RedrivePolicy"] = json.dumps(
            {"deadLetterTargetArn": target, "maxReceiveCount": policy["maxReceiveCount"]}
        )
    url = sqs.create_queue(QueueName=properties["QueueName"], Attributes=attributes)["QueueUrl"]
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


for queue in queues:
    make(queue)
print(f"made {len(queues)} queues")
