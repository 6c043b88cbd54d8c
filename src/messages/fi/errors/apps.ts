/** Apps, and what they are built of. */
import { type Entry, entry } from '../../entry.ts';
import { meant } from '../words.ts';

export const apps = {
  'engine.down': entry(
    (f) => `palvelimen ${f.host} Docker-moottori ei vastaa`,
    (f) => `/prepare ${f.host}`,
  ),
  'engine.missing': entry(
    (f) => `palvelimelta ${f.host} puuttuu: ${f.what}`,
    (f) => `/prepare ${f.host}`,
  ),
  'git.unreachable': entry(
    (f) => `sovelluksen ${f.app} repositoriota ei voi lukea: ${f.message}`,
    () => 'Onko osoite oikea, ja saako Muster lukea sitä?',
  ),
  'git.ref.unknown': entry(
    (f) => `sovelluksella ${f.app} ei ole haaraa, tagia eikä committia ${f.ref}${meant(f.near)}`,
    () => 'Lyhyt commitin tunnus ei riitä: anna kaikki 40 merkkiä, tai haara tai tagi.',
  ),
  'compose.missing': entry(
    (f) => `sovelluksella ${f.app} ei ole tiedostoa ${f.path} commitissa ${f.commit}`,
    () => 'Määritä asetuksissa sovelluksen compose-polku.',
  ),
  'compose.invalid': entry(
    (f) => `sovelluksen ${f.app} compose-tiedosto ei kelpaa: ${f.message}`,
    (f) => `Korjaa ${f.path} ja julkaise uudelleen.`,
  ),
  'image.missing': entry(
    (f) => `levykuvaa ${f.image} ei ole palvelimella ${f.host}`,
    (f) => `${f.next}`,
  ),
  'image.base': entry(
    (f) =>
      `${f.host} ottaa vain levykuvan ${f.base} päälle rakennettuja, ja sovelluksella ${f.app} on muitakin: ${f.services}`,
    (f) =>
      `Aloita niiden Dockerfile rivillä FROM ${f.base}, kun /build base on ajettu, tai aseta palvelimelle ${f.host} baseImage: any.`,
  ),
  'app.unhealthy': entry(
    (f) => `${f.app} ei tullut kuntoon palvelimella ${f.host}: ${f.message}`,
    (f) => `/logs ${f.app}`,
  ),
  'app.nothing': entry(
    (f) => `sovelluksella ${f.app} ei ole, mihin palata palvelimella ${f.host}`,
    (f) => `/deploy ${f.app}`,
  ),
  'app.notdeployed': entry(
    (f) => `${f.app} ei ole julkaistu palvelimella ${f.host}`,
    (f) => `/deploy ${f.app}`,
  ),
  'app.gone': entry(
    (f) =>
      `palvelimella ${f.host} ei ole enää sitä, mitä sovelluksen ${f.app} versio ${f.generation} tarvitsee: ${f.message}`,
    (f) => `/deploy ${f.app}`,
  ),
  'setup.missing': entry(
    (f) => `puuttuu: ${f.what}`,
    (f) => `${f.fix}`,
  ),
} satisfies Record<string, Entry>;
