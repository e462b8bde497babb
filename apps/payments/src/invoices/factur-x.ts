import type { LanguageCode } from '../checkout/languages/languages.js';
import { bytesOf } from '../pdf/pdf.js';
import type { ReceiptDocument } from '../receipts/receipt.document.js';
import { drawn } from '../receipts/receipt.pdf.js';
import { ciiOf } from './cii.js';
import type { EInvoice } from './e-invoice.js';

/** Factur-X is bound to this name. */
const FILE = 'factur-x.xml';

/** The invoice as people read it, with the same as XML in it: PDF/A-3, Factur-X profile EN 16931. */
export function facturXOf(document: ReceiptDocument, invoice: EInvoice, language: LanguageCode): Promise<Buffer> {
  const issuedAt = new Date(document.issuedAt);
  const pdf = drawn([document], language, { subset: 'PDF/A-3b', pdfVersion: '1.7' });
  pdf.file(Buffer.from(ciiOf(invoice)), {
    ...{ name: FILE, type: 'text/xml', description: 'Factur-X', relationship: 'Alternative' },
    ...{ creationDate: issuedAt, modifiedDate: issuedAt },
  });
  pdf.appendXML(METADATA);
  return bytesOf(pdf);
}

const NAMESPACE = 'urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#';

const PROPERTIES = {
  DocumentFileName: 'name of the embedded XML invoice file',
  DocumentType: 'INVOICE',
  Version: 'version of the Factur-X XML schema',
  ConformanceLevel: 'conformance level of the embedded Factur-X data',
};

/** What Factur-X adds to the metadata, and, as PDF/A wants it, the description of that. */
const METADATA = `
  <rdf:Description rdf:about="" xmlns:fx="${NAMESPACE}">
    <fx:DocumentType>INVOICE</fx:DocumentType>
    <fx:DocumentFileName>${FILE}</fx:DocumentFileName>
    <fx:Version>1.0</fx:Version>
    <fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>
  </rdf:Description>
  <rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
      xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
    <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
      <pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>
      <pdfaSchema:namespaceURI>${NAMESPACE}</pdfaSchema:namespaceURI>
      <pdfaSchema:prefix>fx</pdfaSchema:prefix>
      <pdfaSchema:property><rdf:Seq>${Object.entries(PROPERTIES)
        .map(
          ([name, description]) => `<rdf:li rdf:parseType="Resource">
        <pdfaProperty:name>${name}</pdfaProperty:name>
        <pdfaProperty:valueType>Text</pdfaProperty:valueType>
        <pdfaProperty:category>external</pdfaProperty:category>
        <pdfaProperty:description>${description}</pdfaProperty:description>
      </rdf:li>`,
        )
        .join('')}</rdf:Seq></pdfaSchema:property>
    </rdf:li></rdf:Bag></pdfaExtension:schemas>
  </rdf:Description>`;
