import { describe, expect, it } from '@jest/globals';
import { LANGUAGES, type LanguageCode } from './languages.js';
import { faultOf, knownTexts } from './own-texts.js';
import { Texts } from './texts.js';

describe('an operator’s own text', () => {
  it.each([
    [{ 'labels.pay': 'Pay now' }, undefined],
    [{ 'sentences.hold': 'Up to {hold} is set aside.' }, undefined],
    [{ 'sentences.hold': 'Some money is set aside.' }, 'sentences.hold has to have these values and no others: {hold}'],
    [{ 'labels.pay': 'Pay {hold}' }, 'labels.pay has to have these values and no others: none'],
    [{ 'labels.pay': '<b>Pay</b>' }, 'labels.pay is not plain text'],
    [{ 'labels.pay': 'Pay\u0000' }, 'labels.pay is not plain text'],
    [{ 'labels.constructor': 'x' }, 'no text is called labels.constructor'],
    [{ 'labels.receipt.net': 'x' }, 'no text is called labels.receipt.net'],
  ])('%j is taken, or refused with a reason', (texts: Record<string, string>, fault) => {
    expect(faultOf(texts)).toBe(fault);
  });

  it('takes the place of ours, and of English where nothing is reviewed', () => {
    const texts = new Texts('fr', { 'labels.states.charging': 'Ça charge', 'sentences.order': 'Branchez.' });
    expect(texts.labels.states.charging).toBe('Ça charge');
    expect(texts.labels.states.captured).toBe('Payé');
    expect(String(texts.paragraph('order'))).toBe('<p>Branchez.</p>');
    expect(String(texts.paragraph('noAccount'))).toContain('<p lang="en">');
  });
});

/** Of every language, which has the same names and values as English. */
it.each(Object.keys(LANGUAGES) as LanguageCode[])('labels in %s have the values of the English ones', (language) => {
  for (const [key, english] of knownTexts()) {
    const [place, ...names] = key.split('.');
    if (place !== 'labels') continue;
    const text = names.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], LANGUAGES[language].labels);
    expect([key, String(text).match(/\{\w+\}/g)]).toEqual([key, english.match(/\{\w+\}/g)]);
    expect([key, text === '']).toEqual([key, false]);
  }
});
