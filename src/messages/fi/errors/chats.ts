/** Chat services, and what is said there. */
import { type Entry, entry } from '../../entry.ts';
import { count, meant } from '../words.ts';

/** What is wrong with the signature of a request. */
const SIGNATURE: Readonly<Record<string, string>> = { missing: 'puuttuu', wrong: 'on väärä' };

export const chats = {
  'alert.unknown': entry(
    (f) => `hälytystä ${f.id} ei ole${meant(f.near)}`,
    () => 'Katso /alerts',
  ),
  'alert.over': entry(
    (f) => `${f.id} on ohi`,
    () => 'Katso /alerts',
  ),
  'alert.acknowledged': entry(
    (f) => `${f.by} on jo kuitannut: ${f.id}`,
    () => 'Katso /alerts',
  ),
  'platform.token': entry(
    (f) => `${f.token} ei kelpaa: ${f.reason}`,
    (f) =>
      `Tee uusi, aseta se sinne, minne platforms.${f.platform}.${f.token} osoittaa, ja käynnistä Muster uudelleen.`,
  ),
  'platform.scope': entry(
    (f) => `oikeus puuttuu: ${f.reason}`,
    (f) => `Anna palvelussa Musterin appille oikeus (scope) ${f.scope} ja asenna se uudelleen.`,
  ),
  'platform.unreachable': entry(
    (f) => `ei saada yhteyttä: ${f.message}`,
    () => 'Tarkista verkko. Yritän itse uudelleen, eikä sillä välin katoa mitään.',
  ),
  'platform.port': entry(
    (f) => `porttia ${f.port} ei voi kuunnella: ${f.message}`,
    (f) =>
      `Lopeta se, mikä kuuntelee siellä, tai aseta toinen portti kohtaan platforms.${f.platform}. Yritän itse uudelleen.`,
  ),
  'platform.forged': entry(
    (f) =>
      `pyyntö porttiin ${f.port} hylättiin: ${f.secret === 'secret' ? 'salaisuus' : 'allekirjoitus'} ${SIGNATURE[`${f.problem}`] ?? f.problem}`,
    (f) =>
      `Jos en kuule ketään, tarkista platforms.${f.platform}.${f.secret}; jos kuulen, joku muu kolkuttelee. Mitään ei ajettu.`,
  ),
  'platform.clock': entry(
    (f) => `pyyntö porttiin ${f.port} hylättiin: sen kello eroaa tämän koneen kellosta ${f.off}`,
    () =>
      'Aseta tämän koneen kello (timedatectl), tai joku lähettää vanhoja pyyntöjä uudelleen. Mitään ei ajettu.',
  ),
  'platform.size': entry(
    (f) => `pyyntö porttiin ${f.port} hylättiin: se on suurempi kuin ${f.limit}`,
    () => 'Mikään palvelu ei lähetä niin paljon; joku muu kolkuttelee. Mitään ei ajettu.',
  ),
  'platform.garbled': entry(
    (f) =>
      `pyyntö porttiin ${f.port} hylättiin: sillä on oikea salaisuus, mutta se ei ole viesti Telegramilta`,
    () => 'Jokin matkalla muuttaa Telegramin lähettämää: tarkista, mikä välittää pyynnöt.',
  ),
  'platform.path': entry(
    (f) => `pyyntö porttiin ${f.port} hylättiin: polkua ${f.path} ei ole`,
    (f) =>
      `Jos en kuule ketään, palvelussa annetun osoitteen pitää päättyä näin: ${f.right}. Mitään ei ajettu.`,
  ),
  'platform.conflict': entry(
    () => 'toinen ohjelma lukee viestejä tokenillani ja vie minulta rivejä',
    (f) =>
      `Saman Redisin hallintaprosessit vuorottelevat; lopeta siis se, mikä ei ole niitä: toinen Muster tai kokeiltava botti. Jos et löydä sitä, tee uusi token (/revoke, @BotFather) ja aseta se sinne, minne platforms.${f.platform}.token osoittaa.`,
  ),
  'platform.webhook': entry(
    (f) => `webhookia ei voitu asettaa: ${f.reason}`,
    (f) => `Tarkista platforms.${f.platform}.url. Yritän itse uudelleen.`,
  ),
  'platform.delivery': entry(
    (f) => `${count(Number(f.pending), 'viesti', 'viestiä')} odottaa, sillä ${f.url} ei toimi: ${f.reason}`,
    (f) => `Johtaako se tämän koneen porttiin ${f.port}? Vuorokauteen ei katoa mitään.`,
  ),
  'chat.shut': entry(
    (f) => `keskustelu ${f.chat} ei ota viestejä vastaan: ${f.reason}`,
    () =>
      'Ota minut takaisin tai salli minun kirjoittaa; sanottava odottaa. Jos keskustelua ei enää ole, poista se kohdasta channels.',
  ),
  'chat.refused': entry(
    (f) => `viesti keskusteluun ${f.chat} hylättiin lopullisesti, eikä sitä sanota: ${f.reason}`,
    () => 'Katso lopputulokset: /jobs; viesti on lokissa. Kerro tästä tekijöille.',
  ),
  'line.masked': entry(
    () => 'en näe, kuka olet: kirjoitat ryhmän tai kanavan nimissä',
    () => 'Kirjoita omana itsenäsi: poista ryhmässä käytöstä «Remain anonymous» omalta kohdaltasi.',
  ),
  'line.forwarded': entry(
    () => 'välitettyjä rivejä ei suoriteta',
    () => 'Jos haluat sen tehtävän, kirjoita se itse.',
  ),
} satisfies Record<string, Entry>;
