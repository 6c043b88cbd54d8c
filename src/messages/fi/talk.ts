/** What Muster says of itself in a chat: to strangers, to operators, to whoever may not. */
import type { Messages } from '../language.ts';
import { all, either } from './words.ts';

const on = (scopes: readonly string[]): string =>
  `${scopes.length === 1 ? 'kohteessa' : 'kohteissa'} ${scopes.join(', ')}`;

/** What was in trouble; tokens are called as in the configuration. */
const TROUBLE: Readonly<Record<string, string>> = {
  reach: 'yhteys',
  answers: 'vastaukset',
  socket: 'yhteys',
  port: 'portti',
  conflict: 'toinen lukija',
  delivery: 'viestien tulo',
  message: 'viesti',
};

export const talk: Messages['talk'] = {
  stranger: (f) =>
    `En tunne sinua (${f.platform} ${f.user}). Pyydä ylläpitäjää lisäämään sinut asetusten kohtaan people.`,
  strangeChat: (f) =>
    `Joku kirjoitti minulle keskustelussa ${f.chat} (${f.platform}), joka ei ole asetusten kanavissa. En välitä siitä.`,
  trouble: (f) => `${f.platform}: ${f.summary}. ${f.hint} [${f.code}]`,
  troubleOver: (f) => `${f.platform} on taas kunnossa (${TROUBLE[f.what] ?? f.what})`,
  opened: (f) => `keskustelu ${f.chat} (${f.platform}) ottaa taas viestejä vastaan`,
  unshown: {
    run: (f) => `${f.id}: ${f.status}. Korttia ei voitu näyttää tässä: ${f.reason}`,
    message: (f) => `Viestiä ei voitu näyttää tässä: ${f.reason}`,
  },
  putOut: 'minut poistettiin siitä',
  muted: 'en saa kirjoittaa sinne',
  silent: 'ei vastausta muutamaan sekuntiin',
  lineWaits: 'Rivisi odottaa ja jatkuu, kun Redis taas vastaa.',

  mayNot: (f) => `Et saa tehdä tätä: ${f.rule}.\nKuka saa: ${f.who}. /why ${f.id}`,
  mayNoMore: (f) => `${f.person} ei saa enää tehdä tätä: ${f.rule}`,
  whoCan: (f) => `kuka saa: ${f.who}`,
  rules: {
    allows: (f) =>
      `${f.roles.length === 1 ? 'rooli' : 'roolit'} ${all(f.roles)} ${
        f.roles.length === 1 ? 'sallii' : 'sallivat'
      } komennon ${f.command} ${on(f.scopes)}`,
    refuses: (f) => {
      const needs = f.needs.length > 0 ? `vaatii roolin ${either(f.needs)}` : 'ei kuulu mihinkään rooliin';
      return `${f.command} ${on(f.scopes)} ${needs} (sinulla: ${f.has.join(', ') || 'ei roolia'})`;
    },
    unknownPerson: 'tuntematon henkilö',
    notUnderstood: 'ei ymmärretty',
    dryRun: 'koeajo',
  },

  started: (f) => `Käynnistetty ${f.id}: ${f.title}. /job ${f.id}`,
  noCommand: 'Se ei ole komento. Katso /help',
  noCommandAnyMore: 'Se ei ole enää komento',
  isNoMore: (f) => `komentoa /${f.name} ei enää ole`,
  isNoCommand: (f) => `"${f.line}" ei ole komento`,
  unchanged: 'Mikään ei ole muuttunut.',
  loaded: (f) => `Ladattu: ${f.changed.join('; ')}`,
};
