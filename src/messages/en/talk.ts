/** What Muster says of itself in a chat: to strangers, to operators, to whoever may not. */
export const talk = {
  stranger: (f: { platform: string; user: string }) =>
    `I do not know you (${f.platform} ${f.user}). Ask an admin to add you to people in the configuration.`,
  strangeChat: (f: { platform: string; chat: string }) =>
    `Somebody wrote to me in the ${f.platform} chat ${f.chat}, which is not among the channels of the configuration. I ignore it.`,
  trouble: (f: { platform: string; summary: string; hint: string; code: string }) =>
    `${f.platform}: ${f.summary}. ${f.hint} [${f.code}]`,
  troubleOver: (f: { platform: string; what: string }) => `${f.platform} is well again (${f.what})`,
  opened: (f: { platform: string; chat: string }) => `${f.platform} chat ${f.chat} takes messages again`,
  /** In place of what a chat service refused. */
  unshown: {
    run: (f: { id: string; status: string; reason: string }) =>
      `${f.id}: ${f.status}. Its card could not be shown here: ${f.reason}`,
    message: (f: { reason: string }) => `A message could not be shown here: ${f.reason}`,
  },
  putOut: 'I was put out of it',
  muted: 'I may not write there',
  silent: 'no answer for some seconds',
  lineWaits: 'Your line waits, and goes on once Redis is back.',

  mayNot: (f: { rule: string; who: string; id: string }) =>
    `You may not: ${f.rule}.\nWho can: ${f.who}. /why ${f.id}`,
  mayNoMore: (f: { person: string; rule: string }) => `${f.person} may not any more: ${f.rule}`,
  whoCan: (f: { who: string }) => `who can: ${f.who}`,
  /** Why something is allowed or not, as the audit keeps it, too. */
  rules: {
    allows: (f: { roles: readonly string[]; command: string; scopes: readonly string[] }) =>
      `role ${f.roles.join(' and ')} allows ${f.command} on ${f.scopes.join(', ')}`,
    refuses: (f: {
      command: string;
      scopes: readonly string[];
      needs: readonly string[];
      has: readonly string[];
    }) => {
      const needs = f.needs.length > 0 ? `is for role ${f.needs.join(' or ')}` : 'is in no role';
      return `${f.command} on ${f.scopes.join(', ')} ${needs} (you: ${f.has.join(', ') || 'no role'})`;
    },
    unknownPerson: 'unknown person',
    notUnderstood: 'not understood',
    dryRun: 'dry run',
  },

  started: (f: { id: string; title: string }) => `Started ${f.id}: ${f.title}. /job ${f.id}`,
  noCommand: 'That is not a command. See /help',
  noCommandAnyMore: 'That is no command any more',
  isNoMore: (f: { name: string }) => `/${f.name} is no more`,
  isNoCommand: (f: { line: string }) => `"${f.line}" is not a command`,
  unchanged: 'Nothing has changed.',
  loaded: (f: { changed: readonly string[] }) => `Loaded: ${f.changed.join('; ')}`,
};
