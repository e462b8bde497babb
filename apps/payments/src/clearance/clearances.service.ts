import { Injectable } from '@nestjs/common';
import { FiscalAccounts } from '../fiscal/accounts/fiscal-accounts.service.js';
import { PlacesStore } from '../projections/places.store.js';
import { type Clearance, clearanceOf } from './clearance.decide.js';
import { ClearancesStore } from './clearances.store.js';

/** Where operators may sell to drivers without a contract. */
@Injectable()
export class Clearances {
  constructor(
    private readonly places: PlacesStore,
    private readonly store: ClearancesStore,
    private readonly accounts: FiscalAccounts,
  ) {}

  /** In the countries where an operator is, or has cleared sales. */
  async of(operatorId: string): Promise<Clearance[]> {
    const [places, own, registering] = await Promise.all([
      this.places.countriesOf(operatorId),
      this.store.of(operatorId),
      this.accounts.registeringIn(operatorId),
    ]);
    return clearanceOf(places, { own, registering });
  }

  /** Whether something may be sold there to a driver without a contract. Nobody says so of a country that is not known. */
  async isCleared(operatorId: string, country: string | undefined): Promise<boolean> {
    if (country === undefined) return false;
    const place = [{ country, stations: 0 }];
    // By its law alone most countries are, and nothing is read then.
    if (clearanceOf(place, { own: [], registering: new Set() })[0]?.cleared) return true;
    const [own, registering] = await Promise.all([this.store.of(operatorId), this.accounts.registeringIn(operatorId)]);
    return clearanceOf(place, { own, registering }).some((one) => one.country === country && one.cleared);
  }
}
