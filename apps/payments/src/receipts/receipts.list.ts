import { Uuid, oneOf } from '@chargemesh/contracts';
import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { Type } from 'typebox';
import { RECEIPT_KINDS, ReceiptNumber } from './receipts.schema.js';
import { RECEIPT_COLUMNS, type ReceiptRow } from './receipts.store.js';

/** In the order in which they were issued, which their ids tell. */
export const receiptsList = new ApiList(
  new KeysetList<ReceiptRow>({
    from: 'receipts',
    columns: RECEIPT_COLUMNS,
    key: { receipt_id: 'uuid' },
    time: { id: 'receipt_id' },
    filters: { paymentId: 'payment_id', kind: 'kind', number: 'number' },
  }),
  {
    order: 'newest',
    filters: {
      paymentId: Type.Optional(Uuid),
      kind: Type.Optional(oneOf(...RECEIPT_KINDS)),
      number: Type.Optional(ReceiptNumber),
    },
  },
);
