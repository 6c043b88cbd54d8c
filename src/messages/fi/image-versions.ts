/** Versions of images: published, promoted, rolled back, removed. */
import type {
  imageVersions as English,
  imageVersionCommands as EnglishCommands,
} from '../en/image-versions.ts';
import { count } from './words.ts';

const NAMED = 6;
const packages = (amount: number) => count(amount, 'paketti', 'pakettia');
const some = (names: readonly string[], what: string): string[] =>
  names.length === 0
    ? []
    : [
        `${what} ${packages(names.length)}: ${names.slice(0, NAMED).join(', ')}${names.length > NAMED ? ', …' : ''}`,
      ];

export const imageVersions: typeof English = {
  firmware: { bios: 'BIOS-laiteohjelmisto', uefi: 'UEFI-laiteohjelmisto' },
  steps: {
    publish: (f) => `tee levykuvasta ${f.image} versio palvelimelle ${f.host}`,
    promote: (f) => `ota käyttöön ${f.version}`,
    rollback: (f) => `palaa versioon ${f.version}`,
    prune: (f) => `poista levykuvan ${f.image} vanhat versiot, uusimmista säilytä ${f.count}`,
  },
  plans: {
    promote: (f) => `${f.version} käyttöön`,
    promoted: (f) => `${f.version} on käytössä`,
    rollback: (f) => `${f.image} takaisin versioon ${f.version}`,
    rolledBack: (f) => `${f.image} on taas versiossa ${f.version}`,
    prune: (f) => `poista levykuvan ${f.image} vanhat versiot`,
    pruned: (f) => `levykuvan ${f.image} vanhat versiot on poistettu`,
    goes: (f) => `- poistuu ${f.version}`,
  },
  notes: {
    same: (f) => `mikään ei ole muuttunut: se on ${f.version}`,
    published: (f) => `${f.version} koottiin ajassa ${f.time}, ${f.size}${f.more ? ` (${f.more})` : ''}`,
    packages: (f) =>
      [
        `version ${f.since} jälkeen`,
        ...some(f.newer, 'uudempia'),
        ...some(f.older, 'vanhempia'),
        ...some(f.added, 'lisätty'),
        ...some(f.removed, 'poistettu'),
        ...([f.newer, f.older, f.added, f.removed].every((names) => names.length === 0)
          ? ['samat paketit']
          : []),
      ].join(' · '),
    left: (f) =>
      `▲ versiosta ${f.version} palattiin, eikä sitä oteta itsestään käyttöön: ${f.promoted} pysyy käytössä`,
    promoted: (f) => `${f.version} on nyt käytössä${f.before ? `, sitä ennen käytössä oli ${f.before}` : ''}`,
    isPromoted: (f) => `${f.version} on jo käytössä`,
    promotedAgain: (f) => `${f.version} on taas käytössä`,
    rolledBack: (f) => `versiosta ${f.from} takaisin versioon ${f.to}`,
    removed: (f) => `poistettu ${f.names.join(', ')}`,
    swept: (f) => `poistettu ${count(f.count, 'tiedosto', 'tiedostoa')}, joita mikään versio ei tarvitse`,
    nothingRemoved: 'mitään ei tarvinnut poistaa',
  },
  audit: {
    published: (f) => `${f.version} julkaistu`,
    promoted: (f) => `${f.version} otettu käyttöön`,
    forced: (f) => `${f.version} otettu käyttöön pakolla`,
    rolledBack: (f) => `palattu versioon ${f.version}`,
    takenBack: (f) => `levykuvan ${f.image} käyttöönotto peruttu`,
    removed: (f) => `${f.version} poistettu`,
  },
  answers: {
    none: 'Mistään levykuvasta ei ole vielä versiota.',
    noneOf: (f) => `${f.image}: ei vielä versiota`,
    passed: (f) => `${f.firmware}: ●`,
    failed: (f) => `${f.firmware}: ✕`,
    untried: (f) => `${f.firmware}: ○`,
    unneeded: 'ei vaadi käynnistystä',
    ago: (f) => `ikä ${f.time}`,
    by: (f) => `${f.person}, ${f.time}`,
    promoted: 'käytössä',
    forced: 'pakolla käytössä',
    before: 'aiemmin käytössä',
    rolledBack: 'siitä on palattu',
    inUse: 'koneiden käytössä',
    built: (f) => `koonnut ${f.person} ajassa ${f.took}, ${f.time} (${f.run})`,
    part: (f) => `${f.part}: ${f.size} ${f.sha256}`,
    facts: (f) => `${f.architecture} · ${packages(f.count)} · avain ${f.key} · palvelimella ${f.host}`,
    kernelLine: (f) => `ytimen rivi: ${f.line}`,
    signed: (f) => `allekirjoitettu avaimella ${f.key}`,
    tried: (f) => `${f.firmware}: ● käynnistyi ajassa ${f.time} (${f.run})`,
    notUp: (f) => `${f.firmware}: ✕ ${f.cause} (${f.run})`,
    unknownCause: 'kone ei käynnistynyt',
    manifest: (f) => `luettelo: ${f.path}`,
    alike: (f) => `${f.before} ja ${f.after} ovat samat.`,
    between: (f) => `vertailu ${f.before} → ${f.after}`,
    newer: (f) => `uudempi ${f.name}: ${f.before} → ${f.after}`,
    older: (f) => `vanhempi ${f.name}: ${f.before} → ${f.after}`,
    added: (f) => `uusi + ${f.name}`,
    gone: (f) => `pois - ${f.name}`,
    size: (f) => `koko, ${f.part}: ${f.before} → ${f.after}`,
    nothing: 'ei ole',
    more: (f) => `… ja vielä ${f.count}`,
    whole: 'Kaikki',
    nothingGoes: (f) =>
      `Levykuvan ${f.image} versioista mikään ei poistu: ${count(f.count, 'uusin', 'uusinta')}, käytössä oleva, sitä edeltävä ja koneiden käynnistämät jäävät.`,
    promotedAlready: (f) => `${f.version} on jo käytössä.`,
  },
};

/** What the commands say of themselves. */
export const imageVersionCommands: typeof EnglishCommands = {
  'image list': {
    summary: 'Näytä levykuvien versiot, mitkä niistä ovat käytössä, ja miten ne käynnistyivät',
    fields: { image: 'vain tämä' },
  },
  'image show': {
    summary: 'Näytä, mistä levykuvan versio koostuu, miten se käynnistyi ja mikä avain sen allekirjoitti',
    description: 'Levykuvan nimellä käytössä oleva versio, tai sellaisen puuttuessa uusin.',
    fields: { what: 'levykuva tai sen versio' },
  },
  'image diff': {
    summary: 'Näytä, miten levykuvan kahden version paketit ja koot eroavat',
    description: 'Yhdellä versiolla verrataan käytössä olevaan; jos se itse on käytössä, sitä edeltäneeseen.',
    fields: { from: 'versio, tai kahdesta vanhempi', to: 'kahdesta uudempi' },
  },
  'image promote': {
    summary: 'Ota levykuvan versio käyttöön: koneet käynnistyvät siitä lähtien sillä',
    description: 'Vain version, joka käynnistyi kaikilla määrittelyn nimeämillä laiteohjelmistoilla.',
    fields: { version: 'käyttöön otettava versio', force: 'vaikka se ei käynnistynyt tai sitä ei kokeiltu' },
  },
  'image rollback': {
    summary: 'Palaa levykuvan versioon, joka oli aiemmin käytössä',
    fields: { image: 'levykuvan nimi' },
  },
  'image prune': {
    summary: 'Poista levykuvan vanhoja versioita',
    description:
      'Käytössä oleva, sitä edeltävä ja se, jolla jokin kone käynnistyy tai on käynnistyvä, jäävät aina.',
    fields: { image: 'levykuvan nimi', keep: 'montako uusinta jää; oletuksena määrittelyn mukaan' },
  },
};
