// A code, a report and the names of senders, by Netgsm's own client.
const { createRequire } = require("node:module");
const requireParty = createRequire(`${process.argv[2]}/`);
const { Netgsm } = requireParty("@netgsm/sms");
const input = JSON.parse(process.argv[3]);

const netgsm = new Netgsm({ username: input.username, password: input.password, appname: input.appname });
netgsm.baseURL = input.url;

(async () => {
  await netgsm.sendOtpSms({ ...input.otp, appname: input.appname });
  await netgsm.getReport({
    bulkIds: input.report.jobids,
    startdate: input.report.startdate,
    stopdate: input.report.stopdate,
    pageNumber: 0,
    pageSize: input.pagesize,
  });
  await netgsm.getHeaders({});
})();
