import QRCode from 'qrcode';

/** Readable with a quarter of it scratched (level Q); dark on light, as readers expect it, with the quiet zone of the standard. */
const LOOK = { errorCorrectionLevel: 'Q', margin: 4 } as const;

export function qrSvg(url: string): Promise<string> {
  return QRCode.toString(url, { ...LOOK, type: 'svg' });
}

/** Its modules, row by row; true is dark. */
export function qrModules(url: string): boolean[][] {
  const { modules } = QRCode.create(url, LOOK);
  return Array.from({ length: modules.size }, (_, row) =>
    Array.from({ length: modules.size }, (_, column) => modules.get(row, column) !== 0),
  );
}

export const QUIET_MODULES = LOOK.margin;
