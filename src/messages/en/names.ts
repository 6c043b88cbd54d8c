/** What is said of names and values that are none. */
const word = (what: string) => ({
  long: `${what} has at most 63 characters`,
  letters: (f: { example: string }) =>
    `${what} is lower-case letters, digits and inner dashes, like ${f.example}`,
});

export const names = {
  host: word('a host name'),
  app: word('an app name'),
  role: word('a role name'),
  person: word('a person name'),
  schedule: word('a schedule name'),
  rule: word('a name of a rule'),
  route: word('a name of a route'),
  channel: word('a channel name'),
  check: word('a name of a check'),
  maintenance: word('a name of a maintenance'),
  group: word('a name of a key group'),
  login: word('a name of a login'),
  environment: word('a name of an environment'),
  file: word('a name of a file'),
  source: word('a name of a source of logs'),
  sink: word('a name of a sink of logs'),
  token: word('a name of a token'),
  overlay: word('a name of an overlay'),
  ref: {
    empty: 'a ref is not empty',
    long: 'a ref has at most 200 characters',
    letters: 'a ref is a branch, tag or commit, like main or v1.4.2',
    bad: 'that is not a valid git ref (see git-check-ref-format)',
  },
  commit: 'a commit is 40 or 64 hexadecimal digits',
  alert: 'an alert id looks like a-7k2m9x',
  run: 'a job id looks like r-7k2m9x',
  path: 'a path inside the repository: relative, without ..',
  size: 'a size like 500MB or 10GB',
  duration: 'a duration looks like 30s, 5m or 1h30m',
  snooze: 'from 1m to 30d',
  schedules: {
    fields: 'cron has five fields: minute hour day month weekday, like "0 2 * * *"',
    never: 'that is never due',
    notCron: (f: { message: string }) => `that is not a cron expression: ${f.message}`,
    zone: 'that is not a time zone; they look like Europe/Helsinki or UTC',
    oneLine: 'a schedule runs one line',
    noCommand: 'a line begins with a command, like /build base',
    notCommand: 'that is not a command',
  },
  /** What is looked up in the configuration, for `config.unknown`. */
  looked: { app: 'app', host: 'host', group: 'key group', overlay: 'overlay network', target: 'target' },
};
