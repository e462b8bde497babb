/** ISO 3166-1 alpha-3, and the user-assigned code that is in use for Kosovo. */
const ALPHA_3 = new Set(
  (
    'ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR ' +
    'BHS BIH BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL ' +
    'COM CPV CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK ' +
    'FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV ' +
    'HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO ' +
    'LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG ' +
    'MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN ' +
    'PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE ' +
    'SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO ' +
    'TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE XKX'
  ).split(' '),
);
/** Where Regulation (EU) 2023/1804 applies. */
const EU = new Set(
  'AUT BEL BGR HRV CYP CZE DNK EST FIN FRA DEU GRC HUN IRL ITA LVA LTU LUX MLT NLD POL PRT ROU SVK SVN ESP SWE'.split(
    ' ',
  ),
);
const REGIONS = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/** Whether it is a country's code of ISO 3166-1 alpha-3, as OCPI's locations have it. */
export function isCountry(alpha3: string): boolean {
  return ALPHA_3.has(alpha3);
}

/** Whether the law of the EU on charging points applies there; ISO 3166-1 alpha-3. */
export function isInEu(alpha3: string): boolean {
  return EU.has(alpha3);
}

/** Whether it is a country's code of ISO 3166-1 alpha-2, as OCPI's parties have it. */
export function isCountryCode(alpha2: string): boolean {
  return /^[A-Z]{2}$/.test(alpha2) && !NO_COUNTRIES.has(alpha2) && REGIONS.of(alpha2) !== undefined;
}

/** Regions that are named but are no countries. */
const NO_COUNTRIES = new Set(['EU', 'EZ', 'UN', 'XA', 'XB', 'ZZ']);
