/** What commands say of themselves: a line of help, more of it, and what each field is. */
import { imageCommands } from './images.ts';
import { machineCommands } from './machine-commands.ts';
import { powerCommands } from './power.ts';

export const commands = {
  ...imageCommands,
  ...machineCommands,
  ...powerCommands,
  acknowledge: {
    summary: 'Say that you look after an alert: no more reminders',
    fields: { alert: 'the alert, as its message names it' },
  },
  alerts: {
    summary: 'What is wrong now, and who looks after it',
    fields: {},
  },
  approve: {
    summary: 'Agree to a plan that needs approval',
    fields: {
      request: 'what waits, as its message names it',
      plan: 'the plan you saw, by the beginning of its hash',
    },
  },
  apps: {
    summary: 'The apps, and which commit is live where',
    fields: {},
  },
  audit: {
    summary: 'Who did what: the latest records, or proof that none was changed',
    fields: {
      count: 'how many records',
      person: 'only those of one person',
      verify: 'check the whole chain instead',
    },
  },
  'build base': {
    summary: 'Build the image that apps stand on, from Debian packages',
    description: 'An unchanged recipe over an unchanged archive is not built again.',
    fields: { on: 'on these hosts; by default those labelled build, or else those of the apps' },
  },
  cancel: {
    summary: 'Stop a job, and take back what it did',
    fields: { job: 'the job, or the beginning of its id' },
  },
  'config show': {
    summary: 'The files of a target, and where each value of their data comes from',
    fields: { target: 'host/NAME, label/NAME, app/NAME, a file, or cloud' },
  },
  'config diff': {
    summary:
      'How files differ from what they are to be, also by hand; or how another version of the data differs',
    fields: {
      target: 'host/NAME, label/NAME, app/NAME, a file, or cloud',
      version: 'the version of the data to compare with, as /config history names it',
    },
  },
  'config render': {
    summary: 'Files as they would be written, with the names of secrets instead of these',
    fields: { target: 'host/NAME, label/NAME, app/NAME, a file, or cloud', file: 'only this file' },
  },
  'config apply': {
    summary: 'Write the files of a target as they are to be, and have them take effect',
    fields: {
      targets: 'host/NAME, label/NAME, app/NAME, a file, or cloud',
      overwrite: 'also over files that somebody else wrote or changed',
    },
  },
  'config set': {
    summary: 'Set data, and bring out the files that depend on it',
    description:
      'A value is JSON where it is JSON, else a text. What is set goes over the file of its layer, and stays until it is unset or rolled back. Where a target does not take it, everything is as before.',
    fields: {
      layer: 'site, environment/NAME, label/NAME, profile/NAME, host/NAME, machine/NAME or app/NAME',
      values: 'names with values, like db.host=10.0.0.5; in quotes where there are commas or blanks',
      unset: 'names that are not to be set any more',
      why: 'why, for the history',
    },
  },
  'config history': {
    summary: 'Who set what, when and why',
    fields: { layer: 'only of this layer', count: 'how many versions' },
  },
  'config rollback': {
    summary: 'Have the data as it was after a version, or a layer as it was before its last change',
    fields: { to: 'a version, or a layer', why: 'why, for the history' },
  },
  confirm: {
    summary: 'Confirm what you asked for, where it cannot be taken back',
    fields: {
      request: 'what waits, as its message names it',
      plan: 'the plan you saw, by the beginning of its hash',
    },
  },
  deploy: {
    summary: 'Roll one ref of an app out',
    description:
      'Fetches the commit, builds, starts and waits for health; where that fails, the generation before comes back.',
    fields: {
      app: 'the app',
      ref: "branch, tag or whole commit id; the app's branch by default",
      to: "only these of the app's hosts",
    },
  },
  health: {
    summary: 'How healthy the cloud, a host or an app is, and why',
    description:
      'A percentage of its parts: healthy counts whole, degraded half, unhealthy nothing; what is unknown or in maintenance is left out.',
    fields: { target: 'cloud, an app, or a host' },
  },
  'health maintenance': {
    summary: 'Tell nothing of an app or a host for a while, as it is worked on',
    fields: {
      target: 'cloud, an app, or a host',
      time: 'for how long, like 30m or 8h',
      why: 'why, for the others',
      end: 'end it now',
    },
  },
  help: {
    summary: 'What you can do here, or how one command works',
    fields: { command: 'the command' },
  },
  'host add': {
    summary: 'Add a host without a file: gives the line to run over there',
    description:
      'Nothing is reached until the host has proved that the line was run on it, and you have compared its key: /host trust.',
    fields: {
      host: 'its name',
      link: 'icp: by an agent over there; ssh: by its sshd',
      address: 'name or IP address',
      port: 'where it listens; 4226 for an agent, 22 for an sshd',
      user: 'who Muster logs in as, by ssh',
      label: 'labels, like docker',
      guardian: 'with a guardian, which keeps its firewall',
      guardianPort: 'where the guardian listens',
    },
  },
  'host remove': {
    summary: 'Forget a host that was added in a chat, and have it forget Muster',
    fields: { host: 'the host', force: 'also where jobs use it or apps are deployed there' },
  },
  'host rotate': {
    summary: 'Have the agents of a host change their keys',
    description: 'The old keys count until Muster has come in by the new ones. Safe to repeat.',
    fields: { host: 'the host' },
  },
  'host trust': {
    summary: 'Trust a host that was added, by the key that it printed over there',
    fields: { host: 'the host', keys: "its key; with a guardian the guardian's, too" },
  },
  hosts: {
    summary: 'The hosts, how they are reached, and what runs there',
    fields: {},
  },
  job: {
    summary: 'How one job stands or ended',
    fields: { job: 'the job, or the beginning of its id' },
  },
  jobs: {
    summary: 'The latest jobs, newest first',
    fields: { count: 'how many' },
  },
  'keys show': {
    summary: 'Who may log in by SSH key: the key groups, and where they were written',
    fields: { group: 'only this key group' },
  },
  'keys sync': {
    summary: 'Write who may log in by SSH key to the hosts, as the key groups are now',
    description:
      'Asks organisations and reads files anew. What others wrote into authorized_keys stays. Where a source fails, its keys known last stay.',
    fields: {
      on: 'only these hosts, or label:NAME',
      yes: 'also where more than half of the keys of a group go at once',
    },
  },
  logs: {
    summary: "An app's or a host's log, or what a job printed",
    description:
      'Where there is a hub, out of what it keeps; else of the containers that are there. A service, a host, a level and an end are for the hub only.',
    fields: {
      of: 'an app (shop), a service of one (shop/web), a host (host/web-1) or a job',
      follow: 'go on until /cancel',
      since: 'only the last so long, like 10m, or from a time on',
      until: 'only what is so old, like 5m, or up to a time',
      grep: 'only lines that contain this; /between slashes/ it is a regular expression',
      level: 'only this level or a worse one',
      tail: 'how many lines at the most',
    },
  },
  'logs verify': {
    summary: 'Prove that no line of a log is missing, and none there twice',
    description: 'Every line has a number in its stream; what was printed, and never came, leaves a gap.',
    fields: { of: 'an app, a service of one, a host or a job', since: 'only the last so long, like 1d' },
  },
  'logs stats': {
    summary: 'How much the log hub keeps of whom, and how its sinks and sources do',
    fields: {},
  },
  'overlay join': {
    summary: 'Make a host a member of an overlay network, tell the others, and test it',
    description:
      'Safe to repeat: brings up again what is down, and loses no packet between those that are in. Where the test fails, all is taken back.',
    fields: { name: 'the network', host: 'the host' },
  },
  'overlay leave': {
    summary: 'Take a host out of an overlay network, and tell the others',
    fields: {
      name: 'the network',
      host: 'the host',
      gone: 'it is gone for good: only the others are told',
    },
  },
  'overlay show': {
    summary: 'Overlay networks: who is in them, with which address and key',
    fields: { name: 'the network; all by default' },
  },
  'overlay test': {
    summary: 'Prove that all members of an overlay network reach each other',
    fields: { name: 'the network' },
  },
  prepare: {
    summary: 'Install and start what a host lacks for what it is asked to do',
    description:
      'Safe to repeat: on a host that lacks nothing it changes nothing. A host that is to be behind an overlay network joins it, and then lets nobody in but by it.',
    fields: { host: 'the host' },
  },
  refuse: {
    summary: 'Do not let a plan be carried out that waits for approval',
    fields: { request: 'what waits, as its message names it' },
  },
  reload: {
    summary: 'Read the configuration again; a bad one is refused and the old one stays',
    fields: {},
  },
  restart: {
    summary: 'Start what runs of an app once more, and wait until it is healthy',
    fields: { app: 'the app', on: 'only on these of its hosts' },
  },
  retry: {
    summary: 'Go on with a failed or cancelled job, from the stage that failed',
    fields: {
      job: 'the job, or the beginning of its id',
      whole: 'from its first stage, not from the failed one',
    },
  },
  'firewall show': {
    summary: 'What a host lets in now, and what others changed there',
    fields: { host: 'the host' },
  },
  'firewall plan': {
    summary: 'What applying what is declared would change on a host',
    fields: { host: 'the host' },
  },
  'firewall apply': {
    summary: 'Put what is declared for a host in force; taken back unless Muster can still come in',
    fields: {
      host: 'the host',
      hold: 'a person keeps it within that time, like 5m',
      overwrite: 'also where others changed it',
    },
  },
  'firewall keep': {
    summary: 'Keep a change that waits for a person',
    fields: { host: 'the host', change: 'its name: the job that made it' },
  },
  'firewall revert': {
    summary: 'Take back a change that nobody has kept yet',
    fields: { host: 'the host', change: 'its name: the job that made it' },
  },
  'firewall open': {
    summary: 'Let something in on a host, besides what is declared',
    fields: {
      host: 'the host',
      what: 'a port like 443 or udp/51820, or ping',
      from: 'only from these addresses or sets',
    },
  },
  'firewall close': {
    summary: 'Close what was opened in a chat',
    fields: { host: 'the host', what: 'a port like 443 or udp/51820, or ping' },
  },
  'firewall why': {
    summary: 'Which rule lets something in or keeps it out, by what is declared',
    fields: {
      host: 'the host',
      what: 'a port like 443 or udp/51820, or ping',
      from: 'an address; without it, anybody',
      zone: 'a zone; outside by default',
    },
  },
  rollback: {
    summary: 'Bring the generation before the live one back',
    fields: { app: 'the app' },
  },
  'schedule add': {
    summary: 'Run a line by the clock, in your name',
    fields: {
      name: 'its name',
      at: 'when: cron, five fields, in quotes',
      line: 'the line to run',
      zone: 'time zone',
    },
  },
  'schedule list': {
    summary: 'What runs by the clock, and when next',
    fields: {},
  },
  'schedule remove': {
    summary: 'Stop running a line by the clock',
    fields: { name: 'its name' },
  },
  'schedule run': {
    summary: 'Run a scheduled line now, in the name it is scheduled in',
    fields: { name: 'its name' },
  },
  snooze: {
    summary: 'Hear no more of an alert for a while, unless it gets critical',
    fields: { alert: 'the alert, as its message names it', time: 'for how long, like 30m or 8h' },
  },
  status: {
    summary: 'What is going on: jobs that run or wait, the last ones, hosts and apps',
    fields: {},
  },
  'why-sick': {
    summary:
      'Why something is not healthy: the cause, since when, what changed before, and what it said last',
    fields: { target: 'cloud, an app, or a host' },
  },
  why: {
    summary: 'Why something was refused, waits, or failed',
    fields: { job: 'a job or refusal; your own last one by default' },
  },
};
