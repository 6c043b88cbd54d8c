/** How machines are switched on and off, and virtual machines. */
import type { powerCommands as English } from '../en/power.ts';
import type { Messages } from '../language.ts';

export const power: Messages['power'] = {
  config: {
    address: 'nimi tai IP-osoite',
    user: 'tulostuvia merkkejä ilman kaksoispistettä',
    https: 'alkaa https:// ja nimeää palvelimen ja mahdollisesti portin',
    fingerprint: 'sen varmenteen avaimen tiiviste: `SHA256:` ja 43 merkkiä',
    argv: 'ensin ohjelma, joka ei ala viivalla',
    domain: 'libvirtin nimi: kirjaimia, numeroita, pisteitä, viivoja, alaviivoja ja plusmerkkejä',
  },

  deeds: {
    on: 'kytkeä päälle',
    soft: 'pyytää lopettamaan käyttöjärjestelmänsä',
    hard: 'kytkeä pois',
    cycle: 'kytkeä pois ja päälle',
  },

  reasons: {
    silent: 'ei vastausta',
    closed: 'siellä ei kuuntele mikään',
    noAddress: 'nimelle ei löydy osoitetta',
    tls: 'se ei puhu kelvollista TLS:ää',
    broken: 'yhteys katkesi',
    suite: 'se ei hyväksy sitä salausmenetelmää',
    state: 'se ei pysty siihen nykyisessä tilassaan',
    redirect: 'se ohjaa muualle, minne sen salasanaa ei lähetetä',
    status: (f) => `tila ${f.status}${f.words ? `, ${f.words}` : ''}`,
    task: (f) => `sen tehtävä päättyi tilaan ${f.state}`,
    taskOpen: 'sen tehtävä ei pääty',
  },
};

/** What the commands say of themselves. */
export const powerCommands: typeof English = {};
