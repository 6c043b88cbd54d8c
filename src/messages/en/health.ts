/** How healthy things are, and what is wrong with them. */
const things = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

export const health = {
  states: { healthy: 'healthy', degraded: 'degraded', unhealthy: 'unhealthy', unknown: 'unknown' },

  /** What is wrong, in the first line of an alert and among reasons; `detail` is what was seen. */
  wrong: {
    service: (f: { app: string; service: string; host: string; state: string }) =>
      `${f.service} of ${f.app} is ${f.state} on ${f.host}`,
    reach: (f: { host: string }) => `${f.host} does not answer`,
    engine: (f: { host: string }) => `the Docker engine of ${f.host} does not answer`,
    host: (f: { host: string; check: string }) => `${f.host}: ${f.check}`,
    check: (f: { name: string; state: string }) => `${f.name} is ${f.state}`,
    other: (f: { name: string; check: string; state: string }) => `${f.name}: ${f.check} is ${f.state}`,
    with: (f: { what: string; detail: string }) => `${f.what}: ${f.detail}`,
  },
  over: {
    service: (f: { app: string; service: string; host: string }) =>
      `${f.service} of ${f.app} is healthy again on ${f.host}`,
    reach: (f: { host: string }) => `${f.host} answers again`,
    other: (f: { name: string }) => `${f.name} is healthy again`,
  },
  many: {
    services: 'services are not healthy',
    servicesOver: 'services are healthy again',
    hosts: 'hosts do not answer',
    hostsOver: 'hosts answer again',
    others: 'things are not healthy',
    othersOver: 'things are healthy again',
  },
  checks: {
    disk: 'the disk is nearly full',
    memory: 'the memory is nearly used up',
    load: 'the load is high',
    time: 'the clock is wrong',
  },
  flapping: (f: { since: string }) => `It comes and goes, since ${f.since}.`,
  below: (f: { names: readonly string[]; more: number }) =>
    `On it: ${f.names.join(', ')}${f.more > 0 ? ` and ${f.more} more` : ''}`,

  container: {
    fails: 'its healthcheck fails',
    restarts: (f: { code: number }) => `it ended with ${f.code} and is started again`,
    paused: 'it is paused',
    ended: (f: { code: number }) => `it ended with ${f.code}`,
    removed: 'it is not there any more',
  },
  /** What containers show to the hub. */
  identity: {
    late: (f: { host: string; time: string }) =>
      `what its containers on ${f.host} show to the hub runs out in ${f.time}, and could not be renewed`,
    over: (f: { host: string }) =>
      `what its containers on ${f.host} show to the hub has run out, and could not be renewed`,
  },

  probe: {
    disk: (f: { path: string; full: string; free: string }) =>
      `${f.path} is ${f.full} % full, ${f.free} free`,
    memory: (f: { used: string; free: string }) => `${f.used} % of the memory is used, ${f.free} free`,
    load: (f: { each: string }) => `${f.each} programs wait for each processor`,
    time: (f: { time: string }) => `its clock is wrong by ${f.time}`,
    unit: (f: { unit: string; state: string }) => `${f.unit} is ${f.state}`,
    code: (f: { code: number }) => `it ended with ${f.code}`,
    http: (f: { status: number; time: string }) => `it answered ${f.status} in ${f.time}`,
    lacks: (f: { text: string }) => `the page does not have "${f.text}" in it`,
    tcp: (f: { time: string }) => `it answered in ${f.time}`,
    expired: 'the certificate has run out',
    untrusted: (f: { message: string }) => `the certificate is not trusted: ${f.message}`,
    expires: (f: { time: string }) => `the certificate holds for ${f.time} more`,
    other: (f: { found: string }) => `it stands for something else: ${f.found}`,
    late: (f: { time: string }) => `nothing within ${f.time}`,
  },

  /** What changed lately, on an alert; `what` is the title of a job. */
  changed: (f: { what: string; by: string; ago: string; run: string }) =>
    `${f.ago} before: ${f.what}, by ${f.by} (${f.run})`,
  reloaded: (f: { ago: string }) => `${f.ago} before: the configuration changed`,
  buttons: { restart: 'Restart', rollback: 'Rollback', log: 'Log', why: 'Why' },
  chart: (f: { what: string }) => `The last day of ${f.what}, up is healthy`,

  /** `/health`. */
  head: (f: { what: string; percent: number; state: string }) => `${f.what} is ${f.state}: ${f.percent} %`,
  blank: (f: { what: string }) => `${f.what}: nothing is known`,
  cloud: 'the cloud',
  maintained: (f: { what: string; until: string; why: string }) =>
    `${f.what} is in maintenance until ${f.until}: ${f.why}`,
  working: (f: { run: string }) => `${f.run} is at work`,
  since: (f: { what: string; time: string }) => `${f.what} · for ${f.time}`,
  byHost: (f: { what: string; host: string }) => `${f.what}: ${f.host} does not answer`,
  day: (f: { chart: string }) => `${f.chart} the last day`,
  uptime: (f: { percent: string; days: number }) => `up ${f.percent} % of the last ${things(f.days, 'day')}`,
  slo: (f: { goal: string; left: string }) => `the goal is ${f.goal} %, ${f.left} of failures are left`,
  sloGone: (f: { goal: string; over: string }) => `the goal is ${f.goal} %, missed by ${f.over}`,
  more: (f: { count: number }) => `and ${things(f.count, 'more reason')}`,
  stale: (f: { time: string }) => `Nothing was heard of the hub for ${f.time}: this is how it was then.`,
  noHub: 'There is no health hub: the configuration has no section hub.',
  silent: 'The health hub has told nothing yet.',

  /** `/why-sick`. */
  well: (f: { what: string }) => `${f.what} is healthy.`,
  chain: 'Why:',
  changes: 'What changed before:',
  nothingChanged: 'Nothing was changed on it in the hour before.',
  courses: 'How it went:',
  lines: 'The last it said:',

  /** `/health maintenance`. */
  quiet: (f: { target: string; until: string }) =>
    `${f.target} is in maintenance until ${f.until}: nothing of it is told.`,
  quietOver: (f: { target: string }) => `The maintenance of ${f.target} is over.`,
  notQuiet: (f: { target: string }) => `${f.target} is not in maintenance.`,
  noWhy: 'no reason was given',

  target: 'cloud, environment/NAME, host/NAME, app/NAME, or the name of a host or app',
  time: 'from 1m to 30d',
  /** Of the public status page. */
  page: {
    title: 'How we are',
    all: 'All is well',
    some: 'Something is not well',
    none: 'Nothing is known right now',
    at: (f: { time: string }) => `As of ${f.time}`,
  },
};
