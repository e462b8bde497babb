import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ciiOf } from './cii.js';
import type { EInvoice } from './e-invoice.js';
import { facturXOf } from './factur-x.js';
import { invoiceOf } from './invoices.js';
import { buyer, randomDocuments } from './testing/random-receipts.js';
import { complaintsOf } from './testing/validator.js';
import { ublOf } from './ubl.js';

const documents = Array.from({ length: 12 }, (_, seed) => randomDocuments(seed + 1)).flat();
const invoice = (of: (typeof documents)[number]) => invoiceOf(of, 'de') as EInvoice;

describe('random invoices and credit notes, for a public validator', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chargemesh-invoices-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function written(name: string, content: string | Buffer): Promise<string> {
    const file = join(folder, name);
    await writeFile(file, content);
    return file;
  }

  it('are EN 16931 as UBL and as CII', async () => {
    const files = documents.map(async (document) => [
      await written(`${document.number}.ubl.xml`, ublOf(invoice(document))),
      await written(`${document.number}.cii.xml`, ciiOf(invoice(document))),
    ]);
    expect(await complaintsOf((await Promise.all(files)).flat())).toBe('');
  }, 300_000);

  it('are PDF/A-3 and Factur-X, also on several sheets and with letters that the font has not', async () => {
    const [first] = documents as [(typeof documents)[number]];
    const [line] = first.lines;
    const lines = Array.from({ length: 90 }, () => line!);
    const long = { ...first, lines, buyer: { ...buyer, name: '長'.repeat(90) + 'W'.repeat(110) } };
    const files = [...documents.slice(0, 4), long].map(async (document, index) =>
      written(`${index}.pdf`, await facturXOf(document, invoice(documents[index % 4]!), 'de')),
    );
    expect(await complaintsOf(await Promise.all(files))).toBe('');
  }, 300_000);

  it('would be refused with a wrong sum', async () => {
    const [first] = documents as [(typeof documents)[number]];
    const wrong = { ...invoice(first), totals: { ...invoice(first).totals, net: '0.01' } };
    expect(await complaintsOf([await written('wrong.xml', ublOf(wrong))])).toContain('BR-CO-13');
  }, 120_000);
});
