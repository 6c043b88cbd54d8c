/** How machines are switched on and off, and virtual machines. */
import type { powerCommands as English } from '../en/power.ts';
import type { Messages } from '../language.ts';
import { all } from './words.ts';

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
    soft: 'pyytää sammumaan',
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

  steps: {
    on: (f) => `koneen ${f.machine} kytkeminen päälle`,
    soft: (f) => `pyyntö, että kone ${f.machine} sammuttaa itsensä`,
    hard: (f) => `virran katkaiseminen koneelta ${f.machine}`,
    cycle: (f) => `koneen ${f.machine} kytkeminen pois ja päälle`,
    network: (f) => `koneen ${f.machine} seuraava käynnistys verkosta`,
    look: (f) => `onko kone ${f.machine} päällä`,
    create: (f) => `koneen ${f.machine} tekeminen palvelimelle ${f.host}`,
    destroy: (f) => `koneen ${f.machine} ja sen levyn poisto palvelimelta ${f.host}`,
    enter: (f) => `koneen ${f.machine} lisääminen koneisiin`,
    forget: (f) => `koneen ${f.machine} ja sen käynnistysten unohtaminen`,
    list: (f) => `palvelimen ${f.host} virtuaalikoneiden katsominen`,
    console: (f) => `koneen ${f.machine} konsolin luku palvelimella ${f.host}`,
  },

  plans: {
    create: (f) => `virtuaalikone ${f.machine} palvelimelle ${f.host}`,
    created: (f) => `${f.machine} on palvelimella ${f.host}, sammutettuna`,
    destroy: (f) => `virtuaalikoneen ${f.machine} poisto palvelimelta ${f.host}`,
    destroyed: (f) => `${f.machine} on poissa palvelimelta ${f.host} levyineen`,
    list: (f) => `virtuaalikoneet: ${all(f.hosts)}`,
    listed: (f) => (f.count === 1 ? '1 virtuaalikone' : `${f.count} virtuaalikonetta`),
    console: (f) => `koneen ${f.machine} konsoli`,
    done: {
      on: (f) => `${f.machine} on kytketty päälle`,
      soft: (f) => `${f.machine} on sammuttanut itsensä`,
      hard: (f) => `koneella ${f.machine} ei ole enää virtaa`,
      cycle: (f) => `${f.machine} kytkettiin pois ja päälle`,
      network: (f) => `${f.machine} käynnistyy seuraavaksi verkosta`,
      status: (f) => `katsottiin, onko ${f.machine} päällä`,
    },
  },

  notes: {
    byFirmware: (f) =>
      `vain koneen ${f.machine} oma laiteohjelmisto voi valita käynnistyksen verkosta: verkon pitää olla siellä ensin`,
    made: (f) => `${f.machine} palvelimella ${f.host}: ${f.memory}, ${f.cpus} prosessoria, ${f.mac}`,
    woken: (f) =>
      `koneelle ${f.machine} lähetettiin herätys; jos se on jo päällä, jonkun pitää käynnistää se uudelleen käsin`,
    silent: (f) => `${f.machine} ei ole vielä sanonut mitään sarjaportissaan`,
  },

  states: {
    on: (f) => `● ${f.machine} on päällä`,
    off: (f) => `○ ${f.machine} on pois päältä`,
    unknown: (f) => `kukaan ei tiedä, onko ${f.machine} päällä: sen kytkentä ei kerro sitä`,
  },

  is: { on: 'päällä', off: 'pois päältä', unknown: 'kukaan ei tiedä, onko se päällä' },

  list: {
    none: 'Virtuaalikoneita ei ole; /vm create tekee sellaisen.',
    on: (f) =>
      `● ${f.machine} · päällä palvelimella ${f.host} · ${f.memory}, ${f.cpus} prosessoria · ${f.mac}`,
    off: (f) =>
      `○ ${f.machine} · pois päältä palvelimella ${f.host} · ${f.memory}, ${f.cpus} prosessoria · ${f.mac}`,
    unknown: (f) =>
      `▲ ${f.machine} · tila ei selviä palvelimella ${f.host} · ${f.memory}, ${f.cpus} prosessoria · ${f.mac}`,
    gone: (f) =>
      `✕ ${f.machine} · sitä ei enää ole palvelimella ${f.host} (${f.memory}, ${f.cpus} prosessoria, ${f.mac}): /vm destroy ${f.machine}`,
  },
};

/** What the commands say of themselves. */
export const powerCommands: typeof English = {
  'machine power': {
    summary: 'Kytke kone päälle tai pois, tai kerro, onko se päällä',
    description:
      'Poiskytkentä pyytää ensin käyttöjärjestelmää lopettamaan; jos se ei lopeta, --hard katkaisee virran. Mikä on jo niin, jää niin.',
    fields: {
      machine: 'kone, nimeltään',
      deed: 'mitä tehdään',
      hard: 'katkaise virta heti',
    },
  },
  'vm create': {
    summary: 'Tee virtuaalikone, joka käynnistyy verkosta kuten muutkin',
    description:
      'Se lisätään koneeksi, jolla on oma MAC-osoite ja libvirtin antama kytkentä; sitä ei kytketä päälle. Jos tekeminen katkeaa, aloitettua jatketaan tai se poistetaan.',
    fields: {
      machine: 'sen nimi',
      on: 'palvelin, jonka libvirt ajaa sitä',
      memory: 'sen muisti',
      cpus: 'montako prosessoria sillä on',
      disk: 'kuinka suuri sen levy on; ilman tätä levyä ei ole',
      network: 'siellä oleva libvirtin verkko, tai jokin palvelimen kohdasta tools.libvirt.networks',
      firmware: 'millä se käynnistyy',
      profile: 'mikä siitä tulee koneena',
      label: 'tunnisteita, esimerkiksi canary',
    },
  },
  'vm start': { summary: 'Kytke virtuaalikone päälle', fields: { machine: 'virtuaalikone' } },
  'vm stop': {
    summary: 'Pyydä virtuaalikonetta lopettamaan, tai katkaise sen virta',
    fields: { machine: 'virtuaalikone', hard: 'katkaise virta heti' },
  },
  'vm destroy': {
    summary: 'Poista virtuaalikone ja sen levy lopullisesti',
    description: 'Vain se, minkä Muster on tehnyt: muiden samannimiseen koneeseen ei kosketa.',
    fields: { machine: 'virtuaalikone' },
  },
  'vm list': {
    summary: 'Virtuaalikoneet, missä ne ovat, ja mitkä niistä ovat päällä',
    fields: { on: 'vain tämän palvelimen' },
  },
  'vm console': {
    summary: 'Mitä virtuaalikone on viimeksi sanonut sarjaportissaan',
    fields: { machine: 'virtuaalikone', lines: 'montako riviä' },
  },
};
