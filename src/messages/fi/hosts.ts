/** What is said of hosts that are added in a chat. */
import type { Messages } from '../language.ts';
import { all } from './words.ts';

export const hosts: Messages['hosts'] = {
  hidden: (f) =>
    `${f.name} on lisätty myös keskustelussa: tämä kohta on voimassa. /host remove ${f.name} poistaa toisen`,
  unlessAdded: (f) =>
    `${f.problem}, ellei sitä ole lisätty keskustelussa: sen tietää vain siellä, missä Redis on`,
  prefix: 'avain on muotoa SHA256:…, ja kaksoispisteen jälkeen tulee vähintään 16 merkkiä',
  sshOnly: '--user kuuluu valitsimeen --link ssh',
  icpOnly: '--guardian kuuluu valitsimeen --link icp',

  added: (f) => `${f.name} on lisätty ja odottaa. Aja siellä pääkäyttäjänä tämä, aikaa on ${f.time}:`,
  alone: (f) => `${f.name} on lisätty ja odottaa. Siellä ajettava rivi on vain sinulle: lähetin sen sinulle.`,
  addedSsh: (f) =>
    `${f.name} on lisätty ja odottaa. Aja siellä käyttäjänä ${f.user} tämä; se päästää Musterin sisään ja näyttää palvelinavaimet:`,
  afterwards: 'Sitten kerron täällä, millä avaimella se vastaa.',

  answered: (f) => `${f.name} vastaa avaimella ${all(f.keys)}. Tulostiko se saman siellä?`,
  stranger: (f) =>
    `Jokin muu kuin ${f.name} vastaa sen paikalla eikä tunne tunnistetta; sen avain on ${f.fingerprint}. En enää yritä. Tarkista osoite, sitten /host add ${f.name} uudelleen.`,
  lapsed: (f) =>
    `${f.name} ei ole vastannut ajassa ${f.time}. En enää yritä: /host add ${f.name} uudelleen antaa uuden rivin.`,
  trust: 'Luota',
  trusted: (f) => `${f.name} on tästä lähtien luotettu.`,
  trustedBefore: (f) => `${f.name} oli jo luotettu.`,

  list: {
    waits: (f) => `○ ${f.name} · ${f.way} · ei ole vielä vastannut`,
    answered: (f) => `○ ${f.name} · ${f.way} · odottaa luottamusta: ${f.keys.join(' ')}`,
    over: (f) => `✕ ${f.name} · ${f.way} · ei vastannut: /host add uudelleen`,
  },

  uses: {
    runs: (f) => `siellä on työn alla ${all(f.runs)}`,
    apps: (f) => `siellä on käytössä ${all(f.apps)}`,
    overlays: (f) => `se on jäsenenä: ${all(f.overlays)}`,
  },

  plans: {
    rotate: (f) => `uudet avaimet: ${f.host}`,
    rotated: (f) => `${f.host} sai uudet avaimet`,
    remove: (f) => `poisto: ${f.host}`,
    removed: (f) => `${f.host} on poistettu`,
  },
  steps: {
    rotate: (f) => `avainten vaihto palvelimella ${f.host}`,
    remove: (f) => `palvelimen ${f.host} unohtaminen, niin että sekin unohtaa Musterin`,
  },
  notes: {
    rotated: (f) => `palvelimen ${f.host} avain on nyt ${f.key}`,
    left: {
      agents: (f) =>
        `${f.host} ei ollut tavoitettavissa: lopeta sen agentit siellä, tai poista Musterin avain niiden tiedostosta trusted`,
      login: (f) =>
        `${f.host} päästää Musterin yhä sisään: poista siellä tiedostosta ~/.ssh/authorized_keys rivi, jonka lopussa on muster`,
      file: (f) =>
        `tiedoston ${f.host} jatkaa kuten ennen; vain keskustelussa lisätty samanniminen unohdetaan`,
    },
  },

  audit: {
    added: (f) => `${f.name} lisättiin (${f.way})`,
    answered: (f) => `${f.name} vastaa avaimella ${f.key}`,
    lapsed: (f) => `${f.name}: enää ei odoteta`,
    trusted: (f) => `${f.name} on luotettu avaimella ${all(f.keys)}`,
    rotated: (f) => `${f.name} vaihtoi avaimeen ${f.key}`,
    removed: (f) => `${f.name} poistettiin`,
  },

  install: {
    keys: 'Vertaa näitä avaimia siihen, mitä Muster sanoo keskustelussa:',
    worker: (f) => `työprosessi: ${f.key}`,
    guardian: (f) => `vartija: ${f.key}`,
    started: (f) => `Käynnistetty: ${all(f.units)}.`,
    byHand: 'Täällä ei ole systemd:tä. Aja itse tämä, ja uudelleen koneen käynnistyttyä:',
    unit: (f) => `Kirjoitettu: ${f.file}`,
    hidden: (f) =>
      `Vartija ei saa lukea tiedostoa ${f.file}: sen yksikkö kätkee siltä kotikansiot. Siirrä Muster muualle, vaikka kansioon /opt, ja asenna uudelleen.`,
    samePort: (f) =>
      `työprosessi ja vartija eivät voi kumpikin kuunnella porttia ${f.port}: katso --port ja --guardian-port`,
    badToken: '--token ottaa tunnisteen, jonka /host add antoi: 26 kirjainta ja numeroa',
  },
};
