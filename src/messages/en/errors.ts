/** What can go wrong: code -> a summary and a hint at the next thing to do, for people. */
import type { Facts } from '../facts.ts';

type Entry = { summary: (facts: Facts) => string; hint: (facts: Facts) => string };

const entry = (summary: Entry['summary'], hint: Entry['hint']): Entry => ({ summary, hint });

export const errors = {
  internal: entry(
    (f) => `Muster itself failed: ${f.message}`,
    () => 'The log has the details; please report it.',
  ),
  'input.invalid': entry(
    (f) => `${f.problems}`,
    (f) => `See ${f.help ?? '/help'}`,
  ),
  'command.unknown': entry(
    (f) => `there is no /${f.name}.${f.near ? ` Did you mean /${f.near}?` : ''}`,
    () => 'See /help',
  ),
  'config.invalid': entry(
    (f) => `the configuration has ${f.count} problem${f.count === 1 ? '' : 's'}:\n${f.problems}`,
    () => 'Mend the files, then run muster check.',
  ),
  'config.unknown': entry(
    (f) => `there is no ${f.what} called ${f.name}${f.near ? ` (did you mean ${f.near}?)` : ''}`,
    (f) => `See ${f.list}`,
  ),
  'access.denied': entry(
    (f) => `you may not: ${f.rule}`,
    (f) => `Who can: ${f.who}`,
  ),
  'run.unknown': entry(
    (f) => `there is no job ${f.id}`,
    () => 'See /jobs',
  ),
  'run.ended': entry(
    (f) => `${f.id} ${f.status === 'cancelled' ? 'was' : 'has'} already ${f.status}`,
    (f) => `See /job ${f.id}`,
  ),
  'run.notended': entry(
    (f) => `${f.id} is still ${f.status}`,
    (f) => `Wait for it, or /cancel ${f.id}`,
  ),
  'shell.notfound': entry(
    (f) => `${f.program} is not installed on ${f.host}`,
    (f) => `/prepare ${f.host}`,
  ),
  'shell.folder': entry(
    (f) => `${f.host} has no folder ${f.folder}`,
    (f) => `Create it on ${f.host}, or mend the path in the configuration.`,
  ),
  'shell.exit': entry(
    (f) => `${f.program} ended with code ${f.code} on ${f.host}${f.message ? `: ${f.message}` : ''}`,
    () => 'The last lines of its output say why.',
  ),
  'shell.signal': entry(
    (f) => `${f.program} was ended by ${f.signal} on ${f.host}`,
    () => 'Somebody or the kernel ended it; see the log of the host.',
  ),
  'shell.timeout': entry(
    (f) => `${f.program} took longer than ${f.limit} on ${f.host}`,
    () => 'Try again; if it is just slow, raise the timeout.',
  ),
  'shell.aborted': entry(
    (f) => `${f.program} was stopped on ${f.host}`,
    () => 'It was cancelled.',
  ),
  'shell.survivors': entry(
    (f) => `could not end everything on ${f.host}: ${f.survivors}`,
    (f) => `Look at them with ps on ${f.host}, and end them by hand.`,
  ),
  'host.unreachable': entry(
    (f) => `${f.host} does not answer: ${f.message}`,
    (f) =>
      f.lost
        ? 'Check its network, then /retry.'
        : `Is ${f.address ?? f.host} on, and may Muster's key log in?`,
  ),
  'host.login': entry(
    (f) => `${f.host} does not let ${f.user} log in: ${f.message}`,
    (f) => `Put Muster's public key into ~/.ssh/authorized_keys of ${f.user} on ${f.host}.`,
  ),
  'host.key.unknown': entry(
    (f) => `${f.host} shows a host key that is not pinned: ${f.fingerprint}`,
    (f) => `If it is the right machine, add to its entry: hostKey: ${f.fingerprint}`,
  ),
  'host.key.changed': entry(
    (f) => `${f.host} shows another host key (${f.fingerprint}) than the pinned one`,
    (f) =>
      `If it was reinstalled, change its key in the files; where it was added in a chat, /host remove ${f.host} and add it again. If not, somebody is in between.`,
  ),
  'host.pending': entry(
    (f) =>
      f.fingerprint
        ? `${f.host} answers with ${f.fingerprint} and nobody has said yet that this is right`
        : `${f.host} was added and has not answered yet`,
    (f) =>
      f.fingerprint
        ? `Compare with what it printed, then /host trust ${f.host} ${f.fingerprint}`
        : `Run the line there that /host add gave; for a new one, say /host add again.`,
  ),
  'host.fingerprint': entry(
    (f) => `${f.host} answers with another key: ${f.fingerprint}`,
    (f) =>
      `Compare with what it printed over there. If that differs, somebody is in between: /host remove ${f.host}`,
  ),
  'host.known': entry(
    (f) => `there is a host called ${f.host} already`,
    (f) => `Take another name, or /host remove ${f.host} first.`,
  ),
  'host.configured': entry(
    (f) => `${f.host} stands in the configuration: ${f.place}`,
    () => 'Change it there, then /reload.',
  ),
  'host.used': entry(
    (f) => `${f.host} is in use: ${f.uses}`,
    (f) => `/host remove ${f.host} --force goes on anyway.`,
  ),
  'host.named': entry(
    (f) => `the configuration needs ${f.host}:\n${f.problems}`,
    () => 'Take it out there first, then /reload.',
  ),
  'host.noprivacy': entry(
    () => 'this has a line with a token, and I cannot write to you alone here',
    (f) =>
      f.platform === 'telegram'
        ? 'Open a chat with me, press Start, and say it again; or say it at the console.'
        : 'Say it to me in a direct message, or at the console.',
  ),
  'install.denied': entry(
    (f) => `${f.path} may not be written`,
    () => 'Run it as root, or name places of your own: --state, --root and --no-systemd.',
  ),
  'host.keyless': entry(
    (f) => `${f.host} has no agent, thus no key that could change`,
    (f) => `The host key of an sshd is changed over there; then /host remove ${f.host} and add it again.`,
  ),
  'enrol.none': entry(
    () => 'no token waits here: it was used, or its time is up',
    () => 'Say /host add again, and run the new line.',
  ),
  'enrol.proof': entry(
    () => 'that proves nothing: it does not know the token',
    () => 'Say /host add again, and run the new line.',
  ),
  'host.silent': entry(
    (f) => `${f.host} fell silent`,
    () => 'Check its network, then /retry.',
  ),
  'icp.identity': entry(
    (f) => (f.reason === 'open' ? `others may read the key ${f.file}` : `the key ${f.file} cannot be used`),
    (f) =>
      f.reason === 'open'
        ? `Nobody read it? chmod 600 ${f.file}. Otherwise remove it: a new one is made, to be trusted anew.`
        : `Remove ${f.file}: a new one is made, to be trusted anew.`,
  ),
  'icp.busy': entry(
    (f) => `another manager speaks with the agent of ${f.host}`,
    () => 'It lets one in at a time: wait until the other one has let go.',
  ),
  'icp.stranger': entry(
    (f) => `the agent of ${f.host} does not know Muster's key`,
    (f) => `Add a line to the file trusted of that agent, over there: ${f.fingerprint}`,
  ),
  'icp.command': entry(
    (f) => `there is no command ${f.command}`,
    () => 'Is the agent as new as the manager?',
  ),
  'icp.message': entry(
    (f) => `not a message of the protocol: ${f.problem}`,
    () => 'Is the agent as new as the manager?',
  ),
  'icp.limit': entry(
    (f) => `too much at once: ${f.limit}`,
    () => 'Wait a moment.',
  ),
  'icp.abandoned': entry(
    (f) => `‘${f.title}’ was stopped on ${f.host}, as no manager asked for it for ${f.time}`,
    () => 'Look why no manager was there, then /retry.',
  ),
  'icp.fate': entry(
    (f) => `the agent of ${f.host} does not answer, and how ‘${f.title}’ went is not known`,
    (f) => `The agent of ${f.host} stops it by itself. Check its network, then /retry.`,
  ),
  'firewall.noguardian': entry(
    (f) => `nothing keeps the firewall of ${f.host}`,
    (f) => `Run muster agent guardian there, and name it as guardian of ${f.host}.`,
  ),
  'firewall.probe': entry(
    (f) => `${f.address} of ${f.host} does not answer any more: ${f.reason}`,
    (f) => `The firewall of ${f.host} is taken back. See /firewall plan ${f.host}`,
  ),
  'firewall.undeclared': entry(
    (f) => `the configuration says nothing of a firewall on ${f.host}`,
    () => 'Declare one in the section firewall, then /reload.',
  ),
  'firewall.unapplied': entry(
    (f) => `the firewall that is in force on ${f.host} has no zone ${f.zone} yet`,
    (f) => `/firewall apply ${f.host} first, then /retry.`,
  ),
  'firewall.invalid': entry(
    (f) => `the parts of the firewall of ${f.host} contradict each other: ${f.problem}`,
    () => 'Mend the section firewall, then /reload.',
  ),
  'firewall.waiting': entry(
    (f) => `another change of the firewall waits to be kept (${f.id}, ${f.by})`,
    () => '/firewall keep or /firewall revert first.',
  ),
  'firewall.gone': entry(
    (f) => `the change ${f.id} of the firewall is not in force any more`,
    () => 'Nobody kept it in time, or it was taken back: /firewall show',
  ),
  'firewall.unkept': entry(
    (f) => `nobody kept the firewall of ${f.host} in time: the one before is in force again`,
    (f) => `/firewall plan ${f.host}, then apply it once more.`,
  ),
  'firewall.same': entry(
    (f) => `the change ${f.id} has to be kept by somebody who came in after it`,
    () => 'Only a new connection shows that nobody is locked out.',
  ),
  'firewall.drift': entry(
    (f) => `others changed the firewall: ${f.drift}`,
    () => 'See /firewall show; a change that is to overwrite theirs has to say so.',
  ),
  'firewall.root': entry(
    (f) => `only root may change the packet filter of ${f.host}`,
    (f) => `Let Muster log in there as root (hosts.${f.host}.user), or run muster agent guardian there.`,
  ),
  'firewall.moved': entry(
    (f) => `another change of the firewall of ${f.host} came first`,
    () => 'Type the line again.',
  ),
  'firewall.trouble': entry(
    (f) => `the last good firewall cannot be put in force: ${f.trouble}`,
    () => 'What is in force stays. The log of the host says more.',
  ),
  'data.shape': entry(
    (f) => `${f.name} is a map in ${f.layer} or in ${f.other}, and not in the other`,
    () => 'Make it the same in both, or give one of them another name.',
  ),
  'data.deep': entry(
    (f) => `${f.name} in ${f.layer} goes too deep`,
    () => 'Data may be 100 levels deep.',
  ),
  'data.name': entry(
    (f) => `${f.layer} has a name that no template can use: ${f.name}`,
    () => 'Names have no dots, blanks or braces; fn is taken for functions.',
  ),
  'template.unknown': entry(
    (f) => `${f.place}: there is no template ${f.name}`,
    () => 'Add it, or mend its name.',
  ),
  'template.syntax': entry(
    (f) =>
      ({
        tag: `${f.place}: a {{ has no }}`,
        open: `${f.place}: the section ${f.name} is not closed`,
        closed: `${f.place}: the section ${f.name} is closed and was not opened`,
        tags: `${f.place}: other delimiters need one opening and one closing`,
      })[`${f.problem}`] ?? '',
    () => 'Every {{#section}} needs its {{/section}}, and every {{ its }}.',
  ),
  'template.missing': entry(
    (f) => `${f.place}: the data has no ${f.name}`,
    (f) => `Set ${f.name}; false or an empty list stands for nothing in a section.`,
  ),
  'template.value': entry(
    (f) =>
      f.problem === 'list' || f.problem === 'map'
        ? `${f.place}: ${f.name} is a ${f.problem}, not a text`
        : `${f.place}: ${f.name} cannot stand in a file of the format ${f.problem}`,
    (f) =>
      f.problem === 'list' || f.problem === 'map'
        ? `Use {{#${f.name}}} … {{/${f.name}}}, or name what is in it.`
        : 'A line end or a zero byte in it would end the value early.',
  ),
  'template.function': entry(
    (f) => `${f.place}: there is no function ${f.name}`,
    (f) => `There are ${f.known}.`,
  ),
  'template.deep': entry(
    (f) => `${f.place}: partials hold each other without end: ${f.chain}`,
    () => 'A partial may hold itself only as deep as the data goes.',
  ),
  'template.large': entry(
    (f) => `${f.place}: the file becomes too large`,
    () => 'A list inside a list may be meant to be only one.',
  ),
  'members.unreachable': entry(
    (f) => `${f.where} does not answer: ${f.message}`,
    () => 'Try again later; the keys known last stay.',
  ),
  'members.token': entry(
    (f) => `the token for ${f.where} is refused${f.message ? `: ${f.message}` : ''}`,
    () => 'Make a new one, and put it where the key group says.',
  ),
  'members.forbidden': entry(
    (f) => `the token may not see ${f.where}${f.message ? `: ${f.message}` : ''}`,
    () => 'It has to be the token of a member; at GitHub with read:org, and allowed by single sign-on.',
  ),
  'members.unknown': entry(
    (f) => `there is no ${f.where}, or the token may not see it`,
    () => 'Check its name in the key group, and whose token it is.',
  ),
  'members.limited': entry(
    (f) => `${f.where} was asked too often`,
    (f) => (f.wait ? `Try again in ${f.wait}.` : 'Try again later.'),
  ),
  'members.answer': entry(
    (f) => `the answer of ${f.where} is of no use: ${f.message}`,
    () => 'Does apiRoot of the key group lead to the API?',
  ),
  'keys.empty': entry(
    (f) => `${f.where} has no key that can be used`,
    () => 'Add one, or take it out of the key group.',
  ),
  'keys.unreadable': entry(
    (f) => `the keys in ${f.where} cannot be read: ${f.message}`,
    () => 'Mend the path in the key group, or the right to read it.',
  ),
  'keys.environment': entry(
    (f) =>
      f.reason === 'open' ? `others may read the key ${f.file}` : `the key ${f.file} is not an ed25519 key`,
    (f) =>
      f.reason === 'open'
        ? `Nobody read it? chmod 600 ${f.file}. Otherwise remove it: a new one is made at the next /keys sync.`
        : `Remove ${f.file}: a new one is made at the next /keys sync.`,
  ),
  'keys.nowhere': entry(
    (f) => (f.on ? `nobody may log in by key on ${f.on}` : 'nobody may log in by key anywhere'),
    () => 'Say in logins of the configuration which key groups may, then /reload',
  ),
  'keys.user': entry(
    (f) => `${f.host} has no user ${f.user}`,
    (f) => `Add the user on ${f.host}, or mend logins in the configuration.`,
  ),
  'keys.file': entry(
    (f) => `the authorized_keys of ${f.user} on ${f.host} cannot be written: ${f.message}`,
    (f) => `Look at it on ${f.host}; nothing was changed.`,
  ),
  'keys.block': entry(
    (f) => `the authorized_keys of ${f.user} on ${f.host} has half of Muster's block, or several`,
    (f) =>
      `On ${f.host}, remove every line from # BEGIN muster to # END muster, then /keys sync; nothing was changed.`,
  ),
  'run.stale': entry(
    (f) => `${f.id} would do what was planned then, which may not be right any more`,
    (f) => `${f.line}`,
  ),
  'host.denied': entry(
    (f) => `no permission on ${f.host}: ${f.message}`,
    (f) =>
      f.command
        ? `Type on ${f.host}: ${f.command}`
        : `Give Muster's user on ${f.host} that right (root, or the group docker).`,
  ),
  'host.diskfull': entry(
    (f) => `the disk of ${f.host} is full`,
    (f) => `Free some space on ${f.host} (docker system prune), then /retry.`,
  ),
  'engine.down': entry(
    (f) => `the Docker engine of ${f.host} does not answer`,
    (f) => `/prepare ${f.host}`,
  ),
  'engine.missing': entry(
    (f) => `${f.host} has no ${f.what}`,
    (f) => `/prepare ${f.host}`,
  ),
  'git.unreachable': entry(
    (f) => `cannot read the repository of ${f.app}: ${f.message}`,
    () => 'Is the address right, and may Muster read it?',
  ),
  'git.ref.unknown': entry(
    (f) =>
      `${f.app} has no branch, tag or commit called ${f.ref}${f.near ? ` (did you mean ${f.near}?)` : ''}`,
    () => 'A short commit id is not enough: give all 40 characters, or a branch or tag.',
  ),
  'compose.missing': entry(
    (f) => `${f.app} has no ${f.path} at ${f.commit}`,
    () => "Set the app's compose path in the configuration.",
  ),
  'compose.invalid': entry(
    (f) => `the compose file of ${f.app} is not valid: ${f.message}`,
    (f) => `Mend ${f.path} and deploy again.`,
  ),
  'image.missing': entry(
    (f) => `the image ${f.image} is not on ${f.host}`,
    (f) => `${f.next}`,
  ),
  'app.unhealthy': entry(
    (f) => `${f.app} did not get healthy on ${f.host}: ${f.message}`,
    (f) => `/logs ${f.app}`,
  ),
  'app.nothing': entry(
    (f) => `${f.app} has nothing to go back to on ${f.host}`,
    (f) => `/deploy ${f.app}`,
  ),
  'app.notdeployed': entry(
    (f) => `${f.app} is not deployed on ${f.host}`,
    (f) => `/deploy ${f.app}`,
  ),
  'app.gone': entry(
    (f) => `${f.host} no longer has what ${f.app} needs for ${f.generation}: ${f.message}`,
    (f) => `/deploy ${f.app}`,
  ),
  'step.timeout': entry(
    (f) => `${f.title} took longer than ${f.limit}`,
    () => 'Try again, or look at the host.',
  ),
  'step.interrupted': entry(
    (f) => `${f.title} was cut off by a crash and is not safe to repeat`,
    () => 'Look at the host, then /retry.',
  ),
  'step.unknown': entry(
    (f) => `this version of Muster has no step called ${f.name}`,
    () => 'It was planned by another version: type the command again.',
  ),
  'step.cancelled': entry(
    (f) => `cancelled by ${f.by ?? 'request'}`,
    () => '/retry starts it again.',
  ),
  'alert.unknown': entry(
    (f) => `there is no alert ${f.id}${f.near ? ` (did you mean ${f.near}?)` : ''}`,
    () => 'See /alerts',
  ),
  'alert.over': entry(
    (f) => `${f.id} is over`,
    () => 'See /alerts',
  ),
  'alert.acknowledged': entry(
    (f) => `${f.id} was acknowledged by ${f.by} already`,
    () => 'See /alerts',
  ),
  'schedule.unknown': entry(
    (f) => `there is no schedule called ${f.name}`,
    () => 'See /schedule list',
  ),
  'config.secret': entry(
    (f) => `the secret ${f.path} is not there: ${f.message}`,
    () => 'Set it, or say in the configuration where it is: env:NAME or file:PATH.',
  ),
  'config.letters': entry(
    (f) => `the secret ${f.path} has characters that ${f.platform} refuses`,
    () => 'Use letters, digits, _ and -, at most 256; or leave it out, and one is made from the token.',
  ),
  'platform.token': entry(
    (f) => `the ${f.token} is refused: ${f.reason}`,
    (f) => `Make a new one, put it where platforms.${f.platform}.${f.token} says, and restart Muster.`,
  ),
  'platform.scope': entry(
    (f) => `the app lacks a right: ${f.reason}`,
    (f) => `Give the app the scope ${f.scope}, and install it again.`,
  ),
  'platform.unreachable': entry(
    (f) => `cannot be reached: ${f.message}`,
    () => 'Check the network. I try again by myself, and nothing is lost meanwhile.',
  ),
  'platform.port': entry(
    (f) => `cannot listen at port ${f.port}: ${f.message}`,
    (f) =>
      `End what listens there, or set another port under platforms.${f.platform}. I try again by myself.`,
  ),
  'platform.forged': entry(
    (f) =>
      `a request to port ${f.port} was refused: its ${f.secret === 'secret' ? 'secret' : 'signature'} is ${f.problem}`,
    (f) =>
      `If I hear nobody, check platforms.${f.platform}.${f.secret}; if I do, somebody else knocks. Nothing was run.`,
  ),
  'platform.clock': entry(
    (f) => `a request to port ${f.port} was refused: its time is ${f.off} from this machine's`,
    () =>
      'Set the clock of this machine (timedatectl), or somebody sends old requests again. Nothing was run.',
  ),
  'platform.size': entry(
    (f) => `a request to port ${f.port} was refused: it is larger than ${f.limit}`,
    () => 'No service sends that much; somebody else knocks. Nothing was run.',
  ),
  'platform.garbled': entry(
    (f) => `a request to port ${f.port} was refused: it proves itself and is no update`,
    () => 'Something on the way from Telegram changes what it brings: look at what passes requests on.',
  ),
  'platform.path': entry(
    (f) => `a request to port ${f.port} was refused: there is no ${f.path}`,
    (f) => `If I hear nobody, the address at the service must end in ${f.right}. Nothing was run.`,
  ),
  'platform.conflict': entry(
    () => 'another program polls with my token, and takes lines away from me',
    (f) =>
      `Managers of one Redis take turns; so end what is not one of them: another Muster, a bot under test. If you cannot find it, make a new token (/revoke at @BotFather) and put it where platforms.${f.platform}.token says.`,
  ),
  'platform.webhook': entry(
    (f) => `the webhook could not be set: ${f.reason}`,
    (f) => `Check platforms.${f.platform}.url. I try again by myself.`,
  ),
  'platform.delivery': entry(
    (f) => `${f.pending} update${f.pending === 1 ? ' waits' : 's wait'}, as ${f.url} fails: ${f.reason}`,
    (f) => `Does it lead to port ${f.port} of this machine? Nothing is lost for a day.`,
  ),
  'chat.shut': entry(
    (f) => `the chat ${f.chat} lets nothing in: ${f.reason}`,
    () =>
      'Take me in again, or let me write; what is to be said waits. If it is no more, take it out of channels.',
  ),
  'chat.refused': entry(
    (f) => `a message to the chat ${f.chat} was refused for good and is not said: ${f.reason}`,
    () => 'See /jobs for how things ended; the log has the message. Please report it.',
  ),
  'line.masked': entry(
    () => 'I cannot see who you are: you write under the name of a group or channel',
    () => 'Write as yourself: in the group, turn off «Remain anonymous» for you.',
  ),
  'line.forwarded': entry(
    () => 'forwarded lines are not carried out',
    () => 'If you want it done, type it.',
  ),
  'request.unknown': entry(
    (f) => `nothing called ${f.id} waits for approval`,
    () => 'See the message that asked for it.',
  ),
  'request.decided': entry(
    (f) => `${f.id} was ${f.decision} already${f.by ? ` (${f.by})` : ''}`,
    () => 'Ask again with the same command.',
  ),
  'request.changed': entry(
    (f) => `the plan of ${f.id} is another one now than the one you agreed to`,
    () => 'Look at the newest message about it, and decide again.',
  ),
  'request.notyours': entry(
    (f) => `${f.problem}`,
    (f) => `Who can: ${f.who}.`,
  ),
  'overlay.failed': entry(
    (f) => `${f.host} is no member of ${f.overlay}: ${f.message}`,
    (f) => `Mend that on ${f.host}, then /overlay join ${f.overlay} ${f.host}`,
  ),
  'overlay.silent': entry(
    (f) => `${f.host} does not reach ${f.peer} (${f.address}) over ${f.overlay}`,
    (f) =>
      f.port
        ? `Is UDP port ${f.port} of one of both open to the other? /overlay show ${f.overlay}`
        : `/overlay show ${f.overlay}`,
  ),
  'overlay.full': entry(
    (f) => `${f.overlay} has no address left for ${f.host}: ${f.network} is full`,
    () => 'Take a larger network in the configuration, or let another host leave.',
  ),
  'behind.stranger': entry(
    (f) => `${f.host} has not joined ${f.overlay}`,
    (f) => `Have it join first: /overlay join ${f.overlay} ${f.host}`,
  ),
  'behind.firewall': entry(
    (f) => `${f.host} is to be behind ${f.overlay}, and the configuration says nothing of its firewall`,
    (f) => `Declare one for ${f.host} in the section firewall, then /reload.`,
  ),
  'behind.leaves': entry(
    (f) => `${f.host} lets nobody in but by ${f.overlay}, and would be reached no more`,
    (f) => `Take it out of behind of ${f.overlay}, /reload, then /prepare ${f.host}.`,
  ),
  'behind.moves': entry(
    (f) =>
      `${f.host} lets nobody in but by ${f.address} in ${f.overlay}, and is to have another address there`,
    (f) =>
      `Leave it that address, or take it out of behind of ${f.overlay} first: then /reload and /prepare ${f.host}.`,
  ),
  'behind.open': entry(
    (f) => `${f.host} still answers from outside, on ${f.address}`,
    () => 'Does a rule name the zone outside, or does something else answer there?',
  ),
  'sshd.none': entry(
    (f) => `${f.host} has no sshd`,
    () => 'Then there is nothing to do.',
  ),
  'sshd.refused': entry(
    (f) => `sshd of ${f.host} does not take that${f.message ? `: ${f.message}` : ''}`,
    () => 'Nothing changed. Does its configuration include the folder sshd_config.d?',
  ),
  'sshd.elsewhere': entry(
    (f) => `sshd of ${f.host} would listen on ${f.message}, too`,
    (f) =>
      `Nothing changed. Have the configuration of sshd on ${f.host} include sshd_config.d, and remove ListenAddress from it.`,
  ),
  'sshd.waiting': entry(
    (f) => `another change of sshd on ${f.host} waits to be kept`,
    () => 'It is taken back by itself within a minute.',
  ),
  'sshd.gone': entry(
    (f) => `sshd of ${f.host} listens as before: nobody kept the change in time`,
    () => 'Try again.',
  ),
  'sshd.deaf': entry(
    (f) => `sshd of ${f.host} cannot be told of its new configuration`,
    () => 'Nothing changed. Does it run, and does it write its PidFile?',
  ),
  'sshd.timer': entry(
    (f) => `no timer could be started on ${f.host} that takes a change of sshd back`,
    () => 'Nothing changed. It takes systemd-run or setsid.',
  ),
  'overlay.stranger': entry(
    (f) => `${f.host} is no member of ${f.overlay} by the configuration`,
    (f) => `Add it to the members of ${f.overlay}, then /reload`,
  ),
  'overlay.controller': entry(
    (f) => `the controller of ${f.overlay} did not change ${f.host}: ${f.message}`,
    (f) => `Check controller, network and token of ${f.overlay} in the configuration.`,
  ),
  'state.unreachable': entry(
    (f) => `Redis does not answer: ${f.message}`,
    () => 'Check REDIS_URL, or the log of the embedded server.',
  ),
  'state.taken': entry(
    (f) => `Muster already runs with the state folder ${f.folder}`,
    () => 'Talk to it with muster say, or start another one with --state DIR.',
  ),
  'firewall.unsupported': entry(
    (f) => `ufw cannot do that on ${f.host}: ${f.message}`,
    () => 'Use nftables for this host, or declare it otherwise.',
  ),
  'firewall.off': entry(
    (f) => `ufw is switched off on ${f.host}`,
    () => 'Switch it on there with ufw enable, and try again.',
  ),
  'firewall.refused': entry(
    (f) => `${f.host} did not take the firewall's rules: ${f.message}`,
    () => 'Nothing was changed. The log has the details.',
  ),
  'setup.missing': entry(
    (f) => `${f.what} is missing`,
    (f) => `${f.fix}`,
  ),
} satisfies Record<string, Entry>;
