"""The vendor's SDK, for tests in another language: reads one question in JSON from standard input, writes the answer to standard output."""

import json
import re
import sys

import huaweicloudsdkworkspace.v2 as workspace
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer


def fields(type_name, path="", seen=()):
    """Every field below a type: its path in the JSON, its type, and what the SDK says of it."""
    container = re.fullmatch(r"(list|dict)[\[(](?:str, ?)?(.*)[\])]", type_name)
    if container:
        yield from fields(container[2], path + ("[]" if container[1] == "list" else "{}"), seen)
        return
    model = getattr(workspace, type_name, None)
    if model is None or type_name in seen:
        if model is None and type_name not in ("str", "int", "bool", "float", "object", "datetime"):
            raise TypeError(f"{path}: unknown type {type_name}")
        return
    words = dict(re.findall(r":param (\w+): (.*?)\n\s*:type", model.__init__.__doc__, re.S))
    for attribute, kind in model.openapi_types.items():
        name = model.attribute_map[attribute]
        below = f"{path}.{name}" if path else name
        yield {"path": below, "type": kind, "words": words.get(attribute, "").strip()}
        yield from fields(kind, below, (*seen, type_name))


def plain(value):
    """A model as the JSON that it was read from; an attribute that was not in it is left out."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    if hasattr(value, "openapi_types"):
        kept = {value.attribute_map[one]: plain(getattr(value, one)) for one in value.openapi_types}
        return {name: one for name, one in kept.items() if one is not None}
    return value


def ask(endpoint, access_key, secret_key, project_id, calls):
    credentials = BasicCredentials(access_key, secret_key, project_id)
    client = workspace.WorkspaceClient.new_builder().with_credentials(credentials).with_endpoint(endpoint).build()
    for call in calls:
        method = re.sub(r"(?<!^)(?=[A-Z])", "_", call["name"]).lower()
        request = getattr(workspace, call["name"] + "Request")(**call["with"])
        response = getattr(client, method)(request)
        yield {"sent": response.to_json_object(), "read": plain(response)}


def sign(access_key, secret_key, requests):
    signer = Signer(BasicCredentials(access_key, secret_key, "project"))
    for one in requests:
        request = SdkRequest(
            method=one["method"],
            schema="https",
            host=one["headers"]["host"],
            resource_path=one["path"],
            query_params=[tuple(pair) for pair in one["query"]],
            header_params=one["headers"],
            body=one["body"],
        )
        yield signer.sign(request).header_params["Authorization"]


question = json.load(sys.stdin)
answers = {
    "fields": lambda names: {name: list(fields(name + "Response")) for name in names},
    "ask": lambda given: list(ask(**given)),
    "sign": lambda given: list(sign(**given)),
}
json.dump({name: answers[name](given) for name, given in question.items()}, sys.stdout)
