import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readPrinterProfile, readStarProfile } from '#agent/configuration/printer-profiles.ts';
import { FaultError } from '#core/base/fault.ts';
import { SIMULATED_MODELS } from '#drivers/escpos-printer/simulator/printer-models.ts';
import { SIMULATED_STARS } from '#drivers/star-printer/simulator.ts';
import { PROFILE_SCHEMAS, profilesOf, schemaText } from './write-profile-schemas.ts';

const namesIn = (driver: string): string[] =>
  readdirSync(profilesOf(driver))
    .filter((file) => file.endsWith('.json') && file !== 'profile.schema.json')
    .map((file) => file.replace('.json', ''));

function ownProfile(change: (profile: { capabilities: Record<string, unknown> }) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-profile-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const profile = JSON.parse(readFileSync(join(profilesOf('escpos-printer'), 'generic.json'), 'utf8')) as { capabilities: Record<string, unknown> };
  change(profile);
  const file = join(folder, 'own.json');
  writeFileSync(file, JSON.stringify(profile));
  return file;
}

const refusal = (file: string): string => {
  try {
    readPrinterProfile(profilesOf('escpos-printer'), file);
  } catch (thrown) {
    if (thrown instanceof FaultError) return thrown.fault.message;
  }
  return 'accepted';
};

describe('printer profiles', () => {
  it('are all well formed, named as their files, and each has a simulated printer', () => {
    for (const name of namesIn('escpos-printer')) expect(readPrinterProfile(profilesOf('escpos-printer'), name).name).toBe(name);
    for (const name of namesIn('star-printer')) expect(readStarProfile(profilesOf('star-printer'), name).name).toBe(name);
    expect(namesIn('escpos-printer').sort()).toEqual(Object.keys(SIMULATED_MODELS).sort());
    expect(namesIn('star-printer').sort()).toEqual(Object.keys(SIMULATED_STARS).sort());
  });

  it.each(Object.entries(PROFILE_SCHEMAS))('%s: the schema for editors is the one that is checked', (driver, form) => {
    expect(JSON.parse(readFileSync(`${profilesOf(driver)}/profile.schema.json`, 'utf8'))).toEqual(JSON.parse(schemaText(form)));
    expect(
      namesIn(driver).every((name) => readFileSync(join(profilesOf(driver), `${name}.json`), 'utf8').includes('"$schema": "./profile.schema.json"')),
    ).toBe(true);
  });

  it('are refused with what is wrong and where', () => {
    expect(refusal(ownProfile((profile) => delete profile.capabilities.qr))).toMatch(/capabilities\.qr/);
    expect(
      refusal(ownProfile((profile) => Object.assign(profile.capabilities, { qr: { value: 'firmware', provenance: 'rumour', source: 'x' } }))),
    ).toMatch(/capabilities\.qr\.provenance/);
    expect(refusal(ownProfile((profile) => Object.assign(profile.capabilities, { drawer: true })))).toMatch(/drawer/);
    const page = { value: { set: 'code-page', encoding: 'cp950', number: 1 }, provenance: 'probed', source: 'x' };
    expect(refusal(ownProfile((profile) => Object.assign(profile.capabilities, { characters: page })))).toMatch(
      /capabilities\.characters\.value\.encoding/,
    );
    const automatic = { value: true, provenance: 'probed', source: 'x' };
    expect(refusal(ownProfile((profile) => Object.assign(profile.capabilities, { automaticStatus: automatic })))).toMatch(/one of both/);
    const offsets = (startMm: number) => ({ value: { startMm, cutMm: 0, unitMm: 0.125 }, provenance: 'probed', source: 'a ruler' });
    const marked = { value: 'gs-ff', provenance: 'documented', source: 'x' };
    expect(refusal(ownProfile((profile) => Object.assign(profile.capabilities, { blackMark: marked, markOffsets: offsets(4) })))).toBe('accepted');
    expect(refusal(ownProfile((profile) => Object.assign(profile.capabilities, { blackMark: marked, markOffsets: offsets(70) })))).toMatch(
      /capabilities\.markOffsets/,
    );
    expect(refusal(ownProfile((profile) => Object.assign(profile.capabilities, { markOffsets: offsets(4) })))).toMatch(
      /feeds to the mark by `gs-ff`/,
    );
    expect(refusal(ownProfile(() => undefined))).toBe('accepted');
    expect(refusal('nowhere')).toMatch(/cannot be read/);
  });
});
