/** What stands in the message of an alert, and what the dead-man's switch says. */
import type { Messages } from '../language.ts';
import { count } from './words.ts';

/** `vähintään` where more of them are not counted any more. */
const atLeast = (f: { count: number; full: boolean }): string => `${f.full ? 'vähintään ' : ''}${f.count}`;

const heldBack = (amount: number): string =>
  `${count(amount, 'hälytys', 'hälytystä')} hiljaisten tuntien ajalta`;

export const alerts: Messages['alerts'] = {
  several: (f) => `${atLeast(f)} ${f.what}`,
  alarms: (f) => `samanlaista hälytystä, joista ensimmäinen: ${f.first}`,
  names: (f) =>
    f.more > 0 ? `${f.names.join(', ')} ja ${count(f.more, 'muu', 'muuta')}` : f.names.join(', '),
  facts: (f) => `${f.severity}, alkoi ${f.since} · ${f.id}`,
  severity: { info: 'tiedoksi', warning: 'varoitus', critical: 'kriittinen' },
  back: (f) => `${f.back}/${f.of} on taas kunnossa`,
  restless: (f) => `Tulee ja menee: jo ${count(f.times, 'kerran', 'kertaa')}.`,
  acknowledged: (f) => `${f.by} kuittasi`,
  snoozed: (f) => `${f.by} torkutti ${f.until} asti`,
  over: (f) => `ohi: ${f.what}`,
  allOver: (f) => `kaikki ${atLeast(f)} ${f.what}`,
  after: (f) => `${f.what} · kesti ${f.time}`,
  well: 'on taas kunnossa',
  below: 'Tämä on uudelleen alempana.',
  digest: (f) => heldBack(f.count),
  allWell: (f) => `${heldBack(f.count)}, kaikki ohi`,
  next: (f) => `/acknowledge ${f.id} tai /snooze ${f.id} 1h`,
  buttons: { acknowledge: 'Kuittaa', snooze: 'Torkuta 1 h' },

  none: 'Kaikki on kunnossa.',
  noted: (f) => `${f.id} on sinun: ei enää muistutuksia.`,
  quietUntil: (f) => `${f.id} on hiljaa ${f.until} asti.`,

  hub: {
    summary: 'keskus ei ole käynnissä',
    over: 'keskus on taas käynnissä',
    ended: (f) => `Se päättyi itsestään (${f.how}) ja käynnistetään uudelleen.`,
    hint: 'syyt ovat lokissa; kontit säilyttävät sillä välin, mitä tulostavat',
  },

  watch: {
    worker: {
      summary: (f) => `${f.host} on ilman työprosessia (${f.where})`,
      over: (f) => `${f.host} sai työprosessinsa takaisin`,
      many: 'palvelinta ilman työprosessia',
      manyOver: 'palvelinta sai työprosessinsa takaisin',
      lines: (f) =>
        `Siitä ei ole kuultu ${f.time} aikana mitään. Hallintaprosessi tekee sen työt sillä välin, jos se saa palvelimeen yhteyden.`,
      hint: (f) => `muster worker --host ${f.host} siellä, missä se oli käynnissä`,
    },
    manager: {
      summary: (f) => `hallintaprosessi hiljeni (${f.where})`,
      over: (f) => `hallintaprosessi toimii taas (${f.where}), tai toinen sen tilalla`,
      many: 'hallintaprosessia hiljeni',
      manyOver: 'hallintaprosessia toimii taas',
      lines: (f) => `Siitä ei ole kuultu ${f.time} aikana mitään. Toinen jatkaa sen töitä.`,
      hint: 'muster start siellä, missä se oli käynnissä',
    },
    hub: {
      summary: (f) => `keskus hiljeni (${f.where})`,
      over: (f) => `keskus toimii taas (${f.where}), tai toinen sen tilalla`,
      many: 'keskusta hiljeni',
      manyOver: 'keskusta toimii taas',
      lines: (f) =>
        `Siitä ei ole kuultu ${f.time} aikana mitään. Kontit säilyttävät, mitä tulostavat, ja toimivat tiedostoilla, jotka niillä on.`,
      hint: 'muster hub siellä, missä se oli käynnissä',
    },
    platform: {
      deaf: (f) => `${f.platform} on ollut hiljaa ${f.time}`,
      mute: (f) => `${f.platform} ei ole ottanut viestejä vastaan ${f.time} aikana`,
      over: (f) => `${f.platform} toimii taas`,
      many: 'viestipalvelua on hiljaa',
      manyOver: 'viestipalvelua toimii taas',
      lines: 'Siellä kirjoitetut ja sinne lähtevät viestit odottavat.',
      hint: 'katso palvelun tilasivua, tokenia ja tätä verkkoa',
    },
  },
};
