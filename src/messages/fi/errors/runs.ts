/** Jobs, their steps, and what they wait for. */
import { type Entry, entry } from '../../entry.ts';
import { phrases } from '../phrases.ts';

/** How a run ended that something more was asked of. */
const ENDED: Readonly<Record<string, string>> = {
  succeeded: 'on jo onnistunut',
  failed: 'on jo epäonnistunut',
  cancelled: 'on jo peruttu',
};

/** How a request was decided that something more was asked of. */
const DECIDED: Readonly<Record<string, string>> = {
  granted: 'hyväksytty',
  refused: 'hylätty',
  expired: 'vanhentunut',
  stopped: 'pysäytetty',
};

const statuses: Readonly<Record<string, string>> = phrases.statuses;

export const runs = {
  'run.unknown': entry(
    (f) => `työtä ${f.id} ei ole`,
    () => 'Katso /jobs',
  ),
  'run.ended': entry(
    (f) => `${f.id} ${ENDED[`${f.status}`] ?? `on jo tilassa ${f.status}`}`,
    (f) => `Katso /job ${f.id}`,
  ),
  'run.notended': entry(
    (f) => `${f.id} on vielä kesken (${statuses[`${f.status}`] ?? f.status})`,
    (f) => `Odota sitä, tai /cancel ${f.id}`,
  ),
  'run.stale': entry(
    (f) => `${f.id} tekisi sen, mitä silloin suunniteltiin, eikä se ehkä ole enää oikein`,
    (f) => `${f.line}`,
  ),
  'step.timeout': entry(
    (f) => `${f.title} kesti yli ${f.limit}`,
    () => 'Yritä uudelleen tai katso palvelinta.',
  ),
  'step.interrupted': entry(
    (f) => `${f.title} katkesi kaatumiseen, eikä sitä ole turvallista toistaa`,
    () => 'Katso palvelinta, sitten /retry.',
  ),
  'step.unknown': entry(
    (f) => `tässä Musterin versiossa ei ole askelta ${f.name}`,
    () => 'Sen suunnitteli toinen versio: kirjoita komento uudelleen.',
  ),
  'step.cancelled': entry(
    (f) => (f.by ? `${f.by} perui työn` : 'työ peruttiin'),
    () => '/retry aloittaa sen uudelleen.',
  ),
  'schedule.unknown': entry(
    (f) => `ajastusta ${f.name} ei ole`,
    () => 'Katso /schedule list',
  ),
  'request.unknown': entry(
    (f) => `mikään ${f.id} ei odota hyväksyntää`,
    () => 'Katso viestiä, jossa sitä pyydettiin.',
  ),
  'request.decided': entry(
    (f) => `${f.id} on jo ${DECIDED[`${f.decision}`] ?? f.decision}${f.by ? ` (${f.by})` : ''}`,
    () => 'Pyydä uudelleen samalla komennolla.',
  ),
  'request.changed': entry(
    (f) => `${f.id}: suunnitelma on nyt eri kuin se, jonka hyväksyit`,
    () => 'Katso siitä kertovaa uusinta viestiä ja päätä uudelleen.',
  ),
  'request.notyours': entry(
    (f) => `${f.problem}`,
    (f) => `Kuka saa: ${f.who}.`,
  ),
  'state.unreachable': entry(
    (f) => `Redis ei vastaa: ${f.message}`,
    () => 'Tarkista REDIS_URL tai sisäisen palvelimen loki.',
  ),
  'state.taken': entry(
    (f) => `Muster on jo käynnissä tilakansiolla ${f.folder}`,
    () => 'Puhu sille komennolla muster say, tai käynnistä toinen valitsimella --state KANSIO.',
  ),
} satisfies Record<string, Entry>;
