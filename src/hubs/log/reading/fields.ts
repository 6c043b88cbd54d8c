/** What a message says beside its words: JSON, logfmt, access logs, syslog, klog; and when it says that it happened. */
import type { Line } from '../../../lines.ts';
import { jsonOf } from './json.ts';
import { logfmtOf } from './logfmt.ts';
import { saidIn, timeOf } from './said.ts';

type Fields = Record<string, unknown>;

/** Longer messages are text; formats are looked for in the first line. */
const LONGEST = 16 * 1024;
const MONTHS = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';

/** The common and the combined format of Apache and nginx. */
const ACCESS =
  /^(?<client>[^ ]{1,255}) (?<ident>[^ ]{1,100}) (?<user>[^ ]{1,100}) \[(?<when>[^\]]{1,40})\] "(?<method>[A-Z]{1,16}) (?<path>[^ "]{0,8000}) (?<protocol>HTTP\/[0-9.]{1,4})" (?<status>\d{3}) (?<bytes>\d{1,18}|-)(?: "(?<referrer>[^"]{0,4000})" "(?<agent>[^"]{0,2000})")?/;
/** RFC 5424. */
const SYSLOG =
  /^<(?<priority>\d{1,3})>1 (?<when>[^ ]{1,40}) (?<hostname>[^ ]{1,255}) (?<program>[^ ]{1,100}) (?<pid>[^ ]{1,128}) (?<id>[^ ]{1,64}) /;
/** RFC 3164. */
const OLD_SYSLOG = new RegExp(
  `^<(?<priority>\\d{1,3})>(?:(?:${MONTHS}) [ \\d]\\d \\d\\d:\\d\\d:\\d\\d (?<hostname>[^ ]{1,255}) )?(?<program>[^ :[\\]]{1,64})(?:\\[(?<pid>\\d{1,10})\\])?: `,
);
/** Kubernetes. */
const KLOG =
  /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{1,9} {1,10}(?<thread>\d{1,10}) (?<file>[^ \]:]{1,200}):(?<line>\d{1,7})\] /;

/** What can be read out of a message. */
export function fieldsOf(message: string): Pick<Line, 'fields' | 'said'> {
  const json = jsonOf(message);
  if (json) return withTime(json);
  const end = message.indexOf('\n');
  const first = message.slice(0, Math.min(end === -1 ? message.length : end, LONGEST));
  const access = ACCESS.exec(first)?.groups;
  if (access) {
    const { when, status, bytes, ...rest } = access;
    return {
      fields: { ...present(rest), status: Number(status), bytes: Number(bytes) || 0 },
      ...saidIn(when),
    };
  }
  if (first.charCodeAt(0) === 0x3c) {
    const groups = (SYSLOG.exec(first) ?? OLD_SYSLOG.exec(first))?.groups;
    const { when, priority, ...rest } = groups ?? {};
    if (groups) return { fields: { priority: Number(priority), ...present(rest) }, ...saidIn(when) };
  }
  const klog = KLOG.exec(first)?.groups;
  if (klog) return { fields: { ...klog } };
  const logfmt = first === message ? logfmtOf(first) : undefined;
  return logfmt ? withTime(logfmt) : saidIn(first);
}

/** What is `-` is not there. */
const present = (groups: Record<string, string | undefined>): Fields =>
  Object.fromEntries(Object.entries(groups).filter(([, value]) => value !== undefined && value !== '-'));

const TIMES = ['time', 'ts', 'timestamp', '@timestamp', '@t', 't'];

function withTime(fields: Fields): Pick<Line, 'fields' | 'said'> {
  for (const key of TIMES) {
    const said = Object.hasOwn(fields, key) ? timeOf(fields[key]) : undefined;
    if (said !== undefined) return { fields, said };
  }
  return { fields };
}
