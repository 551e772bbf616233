"""A report and the names of senders, by Netgsm's own client, which does not know the route for codes."""

import json
import sys

from netgsm import Netgsm

given = json.loads(sys.argv[1])
netgsm = Netgsm(given["username"], given["password"], api_url=given["url"], appname=given["appname"])
report = given["report"]
netgsm.sms.get_report(
    report["startdate"], report["stopdate"], jobids=report["jobids"], pagesize=given["pagesize"], pagenumber=0
)
netgsm.sms.get_headers()
