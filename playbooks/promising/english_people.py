"""Whom an English noun names: somebody of ours, a visitor of ours, theirs, or an outsider's. Pure tables."""

from __future__ import annotations

from typing import Final

from playbooks.promising.deeds import spelt

OURS: Final = spelt(
    "i we he she they me our my us one someone somebody"
    " colleague colleagues team teams department departments dept desk office branch store workshop kitchen warehouse"
    " depot reception staff crew squad group committee panel board laboratory lab lads guys folks people"
    " guy lad bloke chap lady gentleman woman girl boy man men"
    " manager supervisor director owner head deputy boss chief lead leader principal captain president chairman"
    " chairwoman dean warden matron bursar registrar secretary clerk officer official"
    " finance accounts billing payroll dispatch logistics housekeeping maintenance"
    " engineer engineers technician techs tech plumber electrician fitter surveyor courier couriers driver drivers"
    " carrier installer mechanic specialist expert agent adviser advisor representative rep assistant consultant"
    " adjuster assessor handler underwriter investigator inspector auditor examiner caseworker"
    " nurse nurses doctor doctors surgeon sister midwife physio physiotherapist therapist pharmacist dentist"
    " hygienist optician vet paramedic registrar gp dietitian"
    " teacher tutor lecturer professor counsellor counselor chaplain"
    " chef cook baker waiter waitress barista sommelier"
    " concierge porter housekeeper butler steward stewardess purser receptionist caretaker janitor super custodian"
    " planner buyer coordinator organiser organizer trainer coach instructor librarian curator"
    " hub centre center"
)
VISITORS: Final = spelt(
    "engineer engineers technician technicians tech techs plumber plumbers electrician electricians fitter fitters"
    " surveyor surveyors courier couriers driver drivers installer installers"
    " mechanic locksmith plasterer cleaner cleaners gardener inspector crew glazier carpenter painter decorator"
    " contractor contractors handyman roofer joiner tiler builder builders assessor adjuster repairman repairer"
    " upholsterer movers removers collector"
)
THEIRS: Final = spelt(
    "bank debit court ombudsman regulator police judge tribunal council government landlord insurer "
    "manufacturer supplier authority customs instalment installment bus train flight plane ferry coach tram "
    "offer sale price prices shop lines line hotline phones there "
    "customers people everyone trial membership"
    " plan aim goal idea hope intention target standard policy rule practice standards"
)
THEIR_PEOPLE: Final = spelt(
    "wife husband partner spouse fiance fiancee son daughter mother mum mom father dad sister brother parents parent"
    " cousin aunt uncle niece nephew grandmother grandfather grandson granddaughter child children kids friend friends"
    " flatmate housemate roommate tenant tenants lodger carer guest guests neighbour neighbor neighbours neighbors"
    " doctor gp solicitor lawyer landlord accountant colleague boss employer builder"
    " bank insurer assistant secretary family holiday lease flight train"
)
