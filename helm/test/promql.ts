/** Names that are no series: operators, and what stands between them. */
const WORDS = new Set([
  'and',
  'or',
  'unless',
  'on',
  'by',
  'without',
  'ignoring',
  'offset',
  'bool',
  'group_left',
  'inf',
]);
const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/g;

/** The series that an expression reads. */
export function seriesIn(expression: string): Set<string> {
  const bare = expression
    .replace(/"(\\.|[^"\\])*"|'[^']*'/g, '')
    .replace(/\{[^}]*\}/g, ' ')
    .replace(/\[[^\]]*\]/g, ' ')
    .replace(/\b(by|on|without|ignoring|group_left)\s*\([^)]*\)/g, ' ')
    .replace(/\$[a-z_]+/gi, ' ')
    .replace(/\b\d[\d.]*[a-z]*\b/g, ' ');
  const names = [...bare.matchAll(NAME)].filter(({ 0: name, index }) => {
    const isFunction = /^\s*\(/.test(bare.slice(index + name.length));
    return !isFunction && !WORDS.has(name);
  });
  return new Set(names.map(([name]) => name));
}

/** The labels that an expression selects, groups or joins by. */
export function labelsIn(expression: string): Set<string> {
  const text = expression.replace(/"(\\.|[^"\\])*"/g, '""');
  const selected = [...text.matchAll(/\{([^}]*)\}/g)].flatMap(([, inner = '']) =>
    [...inner.matchAll(/([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
  );
  const grouped = [...text.matchAll(/\b(?:by|on)\s*\(([^)]*)\)/g)].flatMap(([, inner = '']) =>
    inner.split(',').map((label) => label.trim()),
  );
  return new Set([...selected, ...grouped].filter((label) => label !== ''));
}
