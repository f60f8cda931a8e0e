"""What agents of many trades write, and what it promises: banks, airlines, wards, schools, landlords, repairers.

It is Tuesday 24 November 2026, 10:00 where the writer is. What is expected is local: "call 11-25 15:00" by an instant,
"refund 11-27" on a day.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from playbooks.promises import Promise, find

HERE = ZoneInfo("Europe/London")


def local(one: Promise) -> str:
    when = f"{one.by.astimezone(HERE):%m-%d %H:%M}" if one.by else f"{one.on:%m-%d}"
    return f"{one.kind} {when}"


def promised(text: str) -> str:
    found = find(text, now=datetime(2026, 11, 24, 10, 0, tzinfo=HERE), timezone=HERE)
    return "; ".join(local(one) for one in found)


PROMISED = {
    "Hello Mr Baptiste, I've reversed the late fee. The £12 will show on your statement by Friday.": "refund 11-27",
    (
        "I understand how worrying a frozen account is. Our fraud desk is unlocking it by 4 pm today."
    ): "other 11-24 16:00",
    "Your replacement debit card has been ordered and ought to be with you by Monday.": "send 11-30",
    "We're going to put the £300 back into your savings account no later than Thursday.": "refund 11-26",
    (
        "Hi Nadia, my team leader Fergus has your case now and he'll be giving you a ring tomorrow between 10 and 11."
    ): "call 11-25 11:00",
    (
        "The disputed sum gets credited to your card tomorrow, and a letter setting out our findings "
        "follows by 4 December."
    ): "refund 11-25; write 12-04",
    "You'll find the corrected balance on your account by Wednesday morning.": "refund 11-25 12:00",
    "Expect the new PIN in the post within three working days.": "send 11-27",
    (
        "Your bag has been located in Madrid. It's being flown home tonight and a courier will have it at "
        "your door by noon tomorrow."
    ): "send 11-24 22:00; send 11-25 12:00",
    (
        "Dear Ms Olsen, the compensation of €400 will be paid out by bank transfer within ten working days."
    ): "refund 12-08",
    "Our baggage desk in Oslo will be in touch with you tomorrow morning.": "write 11-25 12:00",
    (
        "Your refund for the cancelled sailing is on its way and should reach your account by 2 December."
    ): "refund 12-02",
    (
        "The night manager will pop up to your room at 9 pm tonight with an apology and a fresh set of towels."
    ): "visit 11-24 21:00",
    "I've spoken with maintenance and the air conditioning in 412 will be fixed by 3 pm.": "other 11-24 15:00",
    "We'll have a quieter room ready for you by two o'clock this afternoon.": "other 11-24 14:00",
    "Your deposit is to be returned to the card you used no later than 30 November.": "refund 11-30",
    (
        "Dear Mrs Whitcombe, Dr Rahman would like to apologise herself and will telephone you on Thursday at 4.15 pm."
    ): "call 11-26 16:15",
    (
        "The ward sister is looking into what happened overnight, and I will write to you with what she "
        "finds by 8 December."
    ): "write 12-08",
    "A community nurse will be calling round on Saturday morning to change the dressing.": "visit 11-28 12:00",
    "Copies of your X-rays are being put on a disc and will be posted to you first class on Thursday.": "send 11-26",
    "The consultant's secretary is going to ring you by close of play on Friday with a new date.": "call 11-27 18:00",
    (
        "Thank you for telling me about the bullying, Mr Adams. The head of year is meeting both boys "
        "tomorrow and I'll phone you at home by 4 pm to tell you how it went."
    ): "other 11-25; call 11-25 16:00",
    "The bursary office will be reimbursing the £85 trip fee by Friday week.": "refund 12-04",
    (
        "Term starts late for everyone because of the boiler, but your tutor will e-mail the class the new "
        "timetable this evening."
    ): "write 11-24 22:00",
    "The exam board shall reply to your appeal in writing by 11 December.": "write 12-11",
    (
        "Sorry about the damp, Mrs Levy. A surveyor is coming out on Monday at 8.30 am to take readings."
    ): "visit 11-30 08:30",
    "Our plasterer can't do this week but he'll be with you first thing on Tuesday.": "visit 12-01 10:00",
    "The locksmith is on his way to you now and should arrive by 11.30.": "visit 11-24 11:30",
    "I'm getting a roofer over to yours on Thursday afternoon.": "visit 11-26 18:00",
    "The lift will be back in service by 6 pm on Wednesday.": "other 11-25 18:00",
    "The agency will return your holding deposit within 7 days.": "refund 12-01",
    "You'll have the signed inventory from us by email tomorrow.": "write 11-25",
    "Two men from our grounds crew will be round on Friday before 10 to clear the fallen tree.": "visit 11-27 10:00",
    "We'll get you reconnected within the next four hours.": "other 11-24 14:00",
    "Your new router leaves our depot today and you'll have it in your hands by Thursday.": "send 11-24; send 11-26",
    "I've raised it with the network guys, who'll have your line back up by tomorrow lunchtime.": "other 11-25 14:00",
    "Openreach is sending an engineer to you on Friday between 1 and 6 pm.": "visit 11-27 18:00",
    (
        "The £15 goodwill credit will appear on your December bill, and the early termination charge comes "
        "off by Thursday."
    ): "other 11-26",
    (
        "I'll check the signal logs tonight and drop you an email first thing tomorrow."
    ): "other 11-24 22:00; write 11-25 10:00",
    "We shall have that bill corrected and a fresh copy emailed to you by Monday.": "write 11-30",
    (
        "Apologies, the van broke down. Your parcel's going out again tomorrow and will get to you by 1 pm."
    ): "send 11-25; send 11-25 13:00",
    "I've spoken to the depot and they'll redeliver on Saturday between 8 and 12.": "send 11-28 12:00",
    "The missing screws are being couriered to you this afternoon.": "send 11-24 18:00",
    (
        "A new mirror goes on the lorry on Thursday and should turn up by Friday evening."
    ): "send 11-26; send 11-27 22:00",
    "We'll have it with you by Wednesday.": "send 11-25",
    "Your tracking number will come through by text by 8 pm.": "write 11-24 20:00",
    "Somebody from our depot in Leeds will bring the package round to you tonight.": "send 11-24 22:00",
    "We can collect the wrong wardrobe on Sunday, and I've booked the van for 9 am that day.": "visit 11-29 09:00",
    "Our loss adjuster will inspect the roof on Thursday at 10.": "other 11-26 10:00",
    "A settlement cheque for £1,940 is going in the post to you tomorrow.": "refund 11-25",
    "We'll let you have our decision on the claim by 9 December.": "write 12-09",
    "The hire car will be dropped off at your house by 8 am tomorrow.": "send 11-25 08:00",
    "Payment of your claim will be made on 1 December.": "refund 12-01",
    "Your claims handler, Joyce, is back tomorrow and will get back to you by midday.": "write 11-25 12:00",
    "Your passport is at the printers and is due to be dispatched on Thursday.": "send 11-26",
    "Dear Sir, the parking notice will be cancelled by the end of tomorrow.": "other 11-25 18:00",
    "We have asked the crew to go back to your street on Wednesday to empty the brown bins.": "visit 11-25",
    "A duty officer shall contact you within 24 hours.": "write 11-25 10:00",
    "The overpaid council tax of £212 is being refunded to you on 30 November.": "refund 11-30",
    "Good news: the gearbox is in. The car will be ready for you by 5.30 pm on Thursday.": "other 11-26 17:30",
    "We'll drop the laptop back to your office tomorrow afternoon.": "send 11-25 18:00",
    "I'll have a quote for the new screen over to you by the end of today.": "write 11-24 18:00",
    (
        "Give us until Thursday lunchtime and your washing machine will be mended. I'll buzz you on "
        "Wednesday with how it's looking."
    ): "call 11-25",
    (
        "Our lad Kieran will pick the bike up from you on Saturday at ten and bring it back on Monday."
    ): "visit 11-28 10:00; send 11-30",
    (
        "So sorry about the cake! We're baking a new one tonight and it'll be delivered to the party tomorrow by 2 pm."
    ): "other 11-24 22:00; send 11-25 14:00",
    (
        "I've cancelled the second membership and the money's coming back to you within five working days."
    ): "refund 12-01",
    "The gas will be turned back on by 9 this evening.": "other 11-24 21:00",
    "Our meter reader, Mr Sosa, will come to your flat on 2 December between noon and 2.": "visit 12-02 14:00",
    "Next update from me will be tomorrow at 5 pm.": "update 11-25 17:00",
    "I'll keep you in the picture and will let you know where we are with it by Thursday.": "update 11-26",
    "By Friday you should be hearing from our head of quality.": "write 11-27",
    "Rest assured that someone senior will speak to you before the end of the week.": "call 11-27",
    "We commit to answering every one of your six points by 3 December.": "write 12-03",
    "The balance you are owed, £61.20, lands in your account tomorrow.": "refund 11-25",
    (
        "Hello Ms Frost, the overdraft fees come to £36 and we'll have them back in your account by Thursday."
    ): "refund 11-26",
    (
        "Thanks for holding. Our mortgage desk has reopened the file and will write to you with its "
        "decision no later than 10 December."
    ): "write 12-10",
    "The cashier's error has been found; the missing £50 gets added to your balance tonight.": "refund 11-24 22:00",
    (
        "Mr Doyle, the branch manager, would like to say sorry in person and is going to give you a bell "
        "tomorrow at 2 pm."
    ): "call 11-25 14:00",
    "I'm couriering a temporary card to your hotel, and it'll be there by 8 o'clock tonight.": "send 11-24 20:00",
    "Your case file reached my desk this morning. I shall be phoning you at half past three.": "call 11-24 15:30",
    (
        "The pushchair has turned up in Faro and will be put on tomorrow's first flight. You'll have it "
        "back by Thursday noon."
    ): "send 11-26 12:00",
    "Your seats have been sorted, and the new boarding passes will hit your inbox by 6 pm.": "write 11-24 18:00",
    (
        "The captain's report is in, and someone from customer relations will be in contact with you by Monday."
    ): "write 11-30",
    "We're crediting 12,000 miles to your account within 48 hours.": "other 11-26 10:00",
    "Housekeeping will be up in ten minutes to change the sheets.": "visit 11-24 10:10",
    (
        "I've had a word with the chef and he'd like to come to your table in a moment. The mix-up on the "
        "bill will be put right by tonight."
    ): "other 11-24 22:00",
    "Your cot will be in the room by 7 this evening.": "send 11-24 19:00",
    "The hospital trust will respond formally to your complaint on or before 18 December.": "write 12-18",
    "Nurse Adele will drop in on you on Wednesday afternoon to check the stitches.": "visit 11-25 18:00",
    "I've put in for your records, Mrs Chan, and a full copy should be in your hands by next Friday.": "send 12-04",
    "The pharmacy's sending over the right tablets by taxi; expect them by one o'clock today.": "send 11-24 13:00",
    "The school will refund the dinner money by the end of November.": "refund 11-30",
    "Mrs Hale teaches until four, so she'll call you at half four today.": "call 11-24 16:30",
    "Your son's lost coat is being looked for, and I'll let you know either way by Friday.": "write 11-27",
    "The admissions tutor promises you a written explanation by 1 December.": "write 12-01",
    "A damp specialist has been booked to come out on Thursday between 9 and 11.": "visit 11-26 11:00",
    (
        "The heating will be up and running again by 8 pm, and two fan heaters are being brought round to "
        "you within the hour."
    ): "other 11-24 20:00; send 11-24 11:00",
    (
        "Your landlord's agents here. We'll get the broken window boarded up today and a glazier round to you tomorrow."
    ): "other 11-24; visit 11-25",
    "The keys for number 9 can't be found, so we're changing the locks this afternoon.": "other 11-24 18:00",
    "Your rent credit of £75 will be applied by 1 December.": "refund 12-01",
    (
        "The mast on your street will be repaired by Sunday, according to our engineers, and you'll get a "
        "text when it is."
    ): "other 11-29",
    "We'll port your old number across by midnight tonight.": "other 11-25 00:00",
    "A field technician will swing by between 3 and 5 pm tomorrow with a new set-top box.": "visit 11-25 17:00",
    (
        "I'm going to look into the roaming charges and come back to you with an answer by Thursday close of business."
    ): "write 11-26 18:00",
    "The parcel is back at our hub and is going on the van again tomorrow morning.": "send 11-25 12:00",
    (
        "Your order was split by mistake; the second box ships tomorrow and the delivery fee goes back to "
        "your card on Friday."
    ): "send 11-25; refund 11-27",
    "We will make sure the fridge is with you by Saturday noon.": "send 11-28 12:00",
    "Your claim has gone to payments and the money will leave us on Thursday.": "refund 11-26",
    "The underwriters meet on Monday. You'll be told the outcome by email on Tuesday.": "write 12-01",
    "We will settle the garage's invoice directly by Friday.": "other 11-27",
    "The replacement windscreen gets fitted at your home on Wednesday at 8 am.": "other 11-25 08:00",
    (
        "The licensing team is to issue your permit by Thursday, and a paper copy follows by post on Friday."
    ): "send 11-26; send 11-27",
    "The street lamp outside number 40 will be working again by the weekend.": "other 11-29",
    "We've spoken to the contractor: they'll be back to finish the pavement on Monday.": "visit 11-30",
    "The library fine has been wiped, and you'll receive confirmation in the post by Friday.": "write 11-27",
    "Your watch is on the bench and I'll message you tonight with what I find.": "write 11-24 22:00",
    "We've ordered the hinge. It'll be fitted and the door rehung by Friday.": "other 11-27",
    "Your bike's going to be ready for you by 4 pm on Saturday.": "other 11-28 16:00",
    "I'll personally see to it that the alterations are finished by Thursday.": "other 11-26",
    (
        "Dear Mrs Farrell, thank you for calling about the two direct debits. The second one has been "
        "stopped and £54 will be returned to you on Thursday."
    ): "refund 11-26",
    (
        "Hi Amir. I've asked our card services team to look at this today, and they'll phone you before 5 pm."
    ): "other 11-24; call 11-24 17:00",
    "Your new chequebook is being printed and will arrive by Saturday.": "send 11-28",
    (
        "We have now completed our review, Ms Brandt. Our letter with the outcome will be with you by 1 December."
    ): "write 12-01",
    (
        "The transfer that went to the wrong payee is being recalled. I'll update you on Wednesday at noon."
    ): "update 11-25 12:00",
    (
        "Sorry for the missed connection, Mr Silva. Your hotel costs will be reimbursed within seven days."
    ): "refund 12-01",
    "A member of our ground staff will bring the wheelchair to your gate by 4:15 this afternoon.": "send 11-24 16:15",
    "We've traced your guitar to Zurich and it will be sent on to your home address tomorrow.": "send 11-25",
    "You will be contacted by our claims team in Dublin by Friday.": "write 11-27",
    "Our duty manager, Paula, will meet you in the lobby at 6 pm to go through the bill.": "other 11-24 18:00",
    (
        "The minibar charges have been taken off. You'll get a corrected invoice by email this evening."
    ): "write 11-24 22:00",
    (
        "Dear Mr Ito, I'm sorry about the long wait in A&E. The clinical lead will review your notes by "
        "Friday and I'll write to you next week with what she says."
    ): "other 11-27; write 12-04",
    "The hearing aid clinic will post your new batteries out on Wednesday.": "send 11-25",
    (
        "Your father's belongings have been found, and our porter will take them up to his ward by 2 pm."
    ): "send 11-24 14:00",
    "You should get your appointment letter by 30 November.": "write 11-30",
    "Dr Mbeki's secretary will confirm the date with you by phone tomorrow morning.": "call 11-25 12:00",
    (
        "We apologise for the mistake in Leo's report card. A corrected one will be sent home with him on Friday."
    ): "send 11-27",
    "Our headteacher, Mrs Crane, will ring you after school today, by 5 at the latest.": "call 11-24 17:00",
    "The university will credit the fee to your student account within five working days.": "refund 12-01",
    "Your supervisor has promised to return the marked chapter by Monday.": "send 11-30",
    (
        "Hello Jo, the boiler engineer couldn't get the valve today. He'll come back on Wednesday at 8 am "
        "and fit it then."
    ): "visit 11-25 08:00",
    "We are sending a plumber round this evening between 6 and 8.": "visit 11-24 20:00",
    (
        "The service charge for October was wrong. You'll see a credit of £90 on your account by 30 November."
    ): "refund 11-30",
    "Our cleaners will be there at 7 tomorrow morning to do the stairwell again.": "visit 11-25 07:00",
    "Your broadband fault is with our exchange team. Service will be restored by 10 pm tonight.": "other 11-24 22:00",
    "I've posted you a new SIM. It'll get to you by Thursday.": "send 11-26",
    "We'll send you a text the moment the line is fixed, and either way I will call you at 4.": "call 11-24 16:00",
    (
        "Your last bill was too high by £22. We will take that amount off your next one, and the new bill "
        "will be online by Friday."
    ): "other 11-27",
    "An installer will be at your property on Saturday from 10 to 12.": "visit 11-28 12:00",
    "Your parcel was damaged in our depot, so a new one is being packed and goes out tonight.": "send 11-24 22:00",
    "Someone from the delivery office will be in touch by lunchtime tomorrow.": "write 11-25 14:00",
    "I've arranged for the rug to be collected on Friday morning.": "visit 11-27 12:00",
    "Your order will be ready for collection by 6 pm.": "other 11-24 18:00",
    (
        "Dear Ms Novak, our assessor is visiting the site on 3 December. We'll send you her report within a week."
    ): "visit 12-03; write 12-01",
    "We'll be paying £640 to your bank account on Friday.": "refund 11-27",
    "I will make a decision about the repairs by Thursday and tell you the same day.": "other 11-26",
    "Your claim form is in the post and will reach you by Thursday.": "send 11-26",
    "The replacement bins will be delivered by the end of the week.": "send 11-27",
    "The parking team will reply by 8 December, and meanwhile the fine is on hold.": "write 12-08",
    "We will resurface that stretch of the road by 18 December.": "other 12-18",
    "Our noise officer will be calling you tonight at 9.": "call 11-24 21:00",
    "Your birth certificate will be issued on Monday and posted the same day.": "send 11-30",
    (
        "The new hard drive came in this morning. I'm fitting it now and will let you have the laptop back by 5."
    ): "send 11-24 17:00",
    "We'll call for the car at 9 on Thursday and have it back to you by 4.": "visit 11-26 09:00; send 11-26 16:00",
    "My workshop will get your shoes resoled by Saturday.": "other 11-28",
    "The dry cleaner has found your suit, which will be couriered to you tomorrow.": "send 11-25",
    (
        "Hi Tess, the gym has frozen your membership. The £30 you were charged in error will go back on "
        "your card in two to three days."
    ): "refund 11-27",
    "The venue is issuing refunds and yours will be processed on Thursday.": "refund 11-26",
    "Our sommelier will send you two bottles on Friday with her apologies.": "send 11-27",
    "I'm chasing the wholesaler and will have news for you by 11 tomorrow.": "write 11-25 11:00",
    "We're putting your points back and that should show by tonight.": "other 11-24 22:00",
    (
        "Dear Mr Quist, our fraud team has finished looking at the card payments. All three will be "
        "refunded to you by Thursday, and your new card should arrive the day after."
    ): "refund 11-26",
    "I'm sorry your cash machine swallowed the card. We'll post a new one to your home tomorrow.": "send 11-25",
    (
        "Our branch manager will see you at your shop on Monday at 3 pm to go through the paperwork."
    ): "visit 11-30 15:00",
    "The interest will be recalculated and I'll send you the new figures by Wednesday.": "write 11-25",
    "Your child seat was left in Lyon. The airline's courier delivers it to your hotel tonight.": "send 11-24 22:00",
    "We are going to reimburse the taxi, and the £38 should be with you within five working days.": "refund 12-01",
    "Our agent at the gate will hand you the vouchers by 6 pm.": "send 11-24 18:00",
    "Our guest relations manager will knock on your door at 8 this evening.": "visit 11-24 20:00",
    "The corrected bill is going to be emailed to you in the next hour.": "write 11-24 11:00",
    "The specialist nurse is going to call you on your mobile on Friday between 2 and 3.": "call 11-27 15:00",
    "Your mother's dentures have been found. We'll bring them to her ward this afternoon.": "send 11-24 18:00",
    "I've asked Dr Stein to write to your GP and to you by the end of the week.": "write 11-27",
    "Your operation has been moved to 9 December and the ward clerk will post you the letter today.": "write 11-24",
    "The deputy head is looking into it and she will email you by Friday with her findings.": "write 11-27",
    "We'll mend the fence on Thursday and paint it on Friday.": "other 11-26; other 11-27",
    "A carpenter will come by on Wednesday at 4 to look at the door.": "visit 11-25 16:00",
    "Your deposit, less nothing, goes back to you on 1 December.": "refund 12-01",
    "The caretaker is going to unblock the drain this morning.": "other 11-24 12:00",
    "We will have your internet working again within six hours.": "other 11-24 16:00",
    (
        "Our engineer Sunil is coming to you on Friday at 8 am; he'll phone when he's ten minutes away."
    ): "visit 11-27 08:00",
    "Your parcel is now at the Bristol depot and will be delivered by 6 pm tomorrow.": "send 11-25 18:00",
    "We're re-sending the missing cushions, which will be with you on Monday.": "send 11-30",
    "The claims manager will review the offer and I'll get back to you with a figure on Thursday.": "write 11-26",
    "A cheque for £500 was approved today and will be mailed to you tomorrow.": "refund 11-25",
    "Your windscreen will be replaced at your office on Friday morning.": "other 11-27 12:00",
    "We'll take the points off your licence record by 4 December.": "other 12-04",
    "The benefits office will pay the arrears on Friday.": "refund 11-27",
    (
        "An officer will visit the site this week and you'll get a written answer by 2 December."
    ): "visit 11-27; write 12-02",
    "The phone is fixed and we'll courier it back to you this afternoon.": "send 11-24 18:00",
    "Your watch will be serviced by 10 December.": "other 12-10",
    "I'll give you a progress update tomorrow at noon.": "update 11-25 12:00",
    "We'll drop a fresh pizza round to you in 30 minutes.": "send 11-24 10:30",
    "I have taken your complaint to our director, who will write to you personally by Monday.": "write 11-30",
    "Your subscription will be cancelled today and you'll get an email to confirm it.": "other 11-24",
    "We shall be in touch by phone no later than 5 pm tomorrow.": "call 11-25 17:00",
    "I will check with the kitchen and ring you in half an hour.": "call 11-24 10:30",
    (
        "Hi Greta, no need to come into the branch. I'm going to sort the standing order out from here, and"
        " it'll be done by 2 pm."
    ): "other 11-24 14:00",
    (
        "Mr Osei, I have your dispute in front of me. What happens next: Visa replies to us on 2 December, "
        "and we pay you the £310 on the 4th."
    ): "refund 12-04",
    (
        "First, the good news: your lost ring has been found behind the washbasin. It will be in the post "
        "to you, insured, on Wednesday."
    ): "send 11-25",
    (
        "Thank you for the photos of the mould. Our damp team starts work in your bedroom on Thursday morning."
    ): "other 11-26 12:00",
    "The letter you should have had in October is going out to you today by recorded delivery.": "write 11-24",
    (
        "Your daughter's place on the trip is safe. Mr Wong will confirm it to you in writing by tomorrow evening."
    ): "write 11-25 22:00",
    (
        "We have a spare boiler part in Leeds. A colleague is driving it down tonight and our fitter will "
        "be with you at 7.30 tomorrow morning."
    ): "other 11-24 22:00; visit 11-25 07:30",
    (
        "That charge shouldn't be there. It comes off your account today, and you have my word that a full "
        "breakdown will be in your inbox by noon tomorrow."
    ): "other 11-24; write 11-25 12:00",
    "I've blocked out Thursday at 4 pm to call you with the results.": "call 11-26 16:00",
    "The wheelchair you lent us is being cleaned and comes back to you on Friday.": "send 11-27",
    (
        "As you asked, all contact will be in writing from now on. Our next letter will reach you by 7 December."
    ): "write 12-07",
    (
        "Both of the missing lamps are on a pallet for you and should be delivered by Friday lunchtime."
    ): "send 11-27 14:00",
    "We owe you £17.60 and it will be paid by cheque this week.": "refund 11-27",
    "The plumbers finish next door at noon and will be with you by one.": "visit 11-24 13:00",
    "The scratched table top will be swapped for a new one on Monday between 8 and 11.": "other 11-30 11:00",
    "I have asked the night porter to move your car under cover by ten tonight.": "other 11-24 22:00",
    (
        "Your complaint has been passed to Ms Field, the patient liaison lead, who will telephone you by "
        "Wednesday at the latest."
    ): "call 11-25",
    "There'll be an engineer at your door by 10 tomorrow.": "visit 11-25 10:00",
    "It's with our translators now; expect the English version by email on Thursday.": "write 11-26",
    "The council's contractor is to repair the kerb by 11 December.": "other 12-11",
    (
        "Today I'm sending your file up to our head office, and by Friday they'll have written to you."
    ): "other 11-24; write 11-27",
    "Within three working days the seller's payment to you will be released.": "refund 11-27",
    "On Monday the bailiff's letter will be withdrawn, and the same day I'll write to confirm that.": "other 11-30",
    "No later than Thursday at noon, the tenancy team will let you know who is coming and when.": "write 11-26 12:00",
    (
        "Please don't worry about the deadline; the form will be with you in good time, by Friday at the latest."
    ): "send 11-27",
    (
        "If you have any questions in the meantime, just reply to this email. The surveyor's report will be"
        " sent to you on 1 December."
    ): "write 12-01",
    "You asked when the crane will be gone. It will be taken down on Saturday.": "other 11-28",
    (
        "You told us the phone line crackles. Our engineers will test it tonight and I'll text you the "
        "result tomorrow by 10 am."
    ): "other 11-24 22:00; write 11-25 10:00",
    (
        "Even though the warranty has run out, we'll repair the zip for nothing and return the jacket by 12 December."
    ): "send 12-12",
    "Although I can't promise a miracle, I do promise you a call at 6 tonight.": "call 11-24 18:00",
    (
        "The money isn't lost. It bounced back to us on Friday and will be re-sent to your new account today."
    ): "refund 11-24",
    "Your smart meter lost its signal on Sunday; a technician resets it remotely tonight.": "other 11-24 22:00",
    (
        "We are replacing both tyres free of charge on Wednesday, and a loan car will be brought to your "
        "door at 8 that morning."
    ): "other 11-25; send 11-25 08:00",
    (
        "Hello Mrs Lam, your overdraft has been put back to £500. The two charges are being refunded and "
        "will show in your account by Friday."
    ): "refund 11-27",
    (
        "Our fraud investigator Mr Reyes will telephone you tomorrow at 11.30 am to take a statement."
    ): "call 11-25 11:30",
    (
        "Dear Mr Fischer, a replacement passenger's ticket has been requested. You will receive it by email"
        " by 8 pm tonight."
    ): "write 11-24 20:00",
    "Our crew in Athens found your tablet under seat 14C, and it will be flown to Vienna on Thursday.": "send 11-26",
    (
        "I'm so sorry about the noise. We are moving you to a room on the quiet side this afternoon at 3."
    ): "other 11-24 15:00",
    "The spa manager is sending you a voucher today, Ms Adler.": "send 11-24",
    "The matron will come and see you on the ward this evening at 7.": "visit 11-24 19:00",
    (
        "We'll have your test results ready by Wednesday, and a GP will ring you with them that afternoon."
    ): "other 11-25",
    "Our SEN coordinator will write to you by 4 December setting out the support we can give.": "write 12-04",
    (
        "Your landlord has agreed to the repair. Our joiner will be at the flat on Thursday at 9 am."
    ): "visit 11-26 09:00",
    "The lift engineers expect to finish today, and I will update you at 5 pm.": "update 11-24 17:00",
    "We will credit two months' rental to your account by 1 December.": "refund 12-01",
    "A new remote control has been dispatched and will arrive tomorrow.": "send 11-25",
    (
        "Your sofa left the Hull depot this morning and our two-man team will bring it to you between 2 and 4 pm."
    ): "send 11-24 16:00",
    (
        "I've spoken to the driver. He's turning round and will be back with your parcel by half past twelve."
    ): "send 11-24 12:30",
    "We will pay the garage £820 on Thursday, so you owe them nothing.": "other 11-26",
    (
        "Our in-house doctor will study the scans and we shall give you our final decision by 15 December."
    ): "write 12-15",
    "The permit office will email you a temporary pass before 5 pm today.": "write 11-24 17:00",
    (
        "The tap will be fixed tomorrow morning and I'll call afterwards, before 1 pm."
    ): "other 11-25 12:00; call 11-25 13:00",
    "I'll have your bike back to you by Saturday.": "send 11-28",
    "Our chef is preparing a fresh order and it will be with you in 25 minutes.": "send 11-24 10:25",
    "I have told payroll to send you the missing £85 tomorrow.": "refund 11-25",
    "My supervisor will listen to the recording tonight and email you tomorrow.": "other 11-24 22:00; write 11-25",
    "Your electricity will be reconnected by 4 pm.": "other 11-24 16:00",
}

NOT_PROMISED = [
    "Your appointment with the dentist is tomorrow at 3; please arrive ten minutes early.",
    "If we don't have your meter reading by Friday, the bill will be estimated.",
    "You said your partner would drop the keys off on Thursday, so I've noted that.",
    "The parcel was meant to be delivered yesterday and the driver says he'll explain why.",
    "I can't say whether the part will be here on Monday, and I don't want to guess.",
    "Refunds normally take three to five working days.",
    "Please send the photos by Wednesday so that the adjuster has them.",
    "Could you be at home on Saturday between 9 and 12 for the fitter?",
    "We tried to ring you on Friday at 4 and again yesterday.",
    "Our lines are open from 8 am to 8 pm, Monday to Friday.",
    "Your broadband contract ends on 12 December and the discount with it.",
    "Your bank will take the next payment on 1 December.",
    "The engineer should have been with you at 9 this morning. I'm so sorry he wasn't.",
    "Once we receive the returned kettle, we'll refund you within five days.",
    "The refund won't reach you by Friday, I'm afraid.",
    "You asked for a call tomorrow at noon, but nobody here is free then.",
    "In your letter you say that our manager promised to visit you on Tuesday.",
    "Would it help if I called you back at five?",
    "The exhibition runs until 6 December and your tickets stay valid.",
    "I'd hoped to have an answer for you by today.",
    "The council may send somebody round on Thursday, but I have nothing definite.",
    "Your flight leaves tomorrow at 7.40 from terminal 2.",
    "The offer closes at midnight tonight.",
    "Unless the supplier lets us down again, the part gets here on Friday.",
    "You need to pay £40 by 30 November to keep the room.",
    "My colleague wrote to you on 18 November to say the case was closed.",
    "They were going to collect the fridge on Monday, weren't they? I have no record of it.",
    "Nothing will be taken from your account on Friday.",
    "Your neighbour is bringing the parcel over this evening, she tells me.",
    "The customer can choose a new slot for Friday or Saturday in the app.",
    "We are closed on Thursday for stocktaking.",
    "I wish I could tell you it would be fixed by tomorrow.",
    "The hospital's rule is that complaints are answered within 25 working days.",
    "Had we known, we would have called you on Monday.",
    "Subject to the surveyor's approval, work will start on 7 December.",
    "Thanks for confirming that you'll be in on Friday afternoon.",
    "Your MOT expires on Monday, so don't drive the car after that.",
    "It is possible that the cheque arrives by Saturday.",
    "You have until 4 December to appeal.",
    "I'm off tomorrow and back on Thursday.",
    "Your annual premium goes up on 1 December, as our letter of 2 November explained.",
    "The technician told me he'd call you on Friday, but I see no note of it.",
    "As soon as you've signed the form, allow three working days for the money.",
    "Visiting hours on the ward tomorrow are from 2 to 4.",
    "Is Thursday at noon a good time for my manager to ring you?",
    "Your parcel was handed to your neighbour at number 12 at 3 pm yesterday.",
    "Parents' evening is on 3 December and starts at 6.",
    "Please don't post the faulty charger before Friday.",
    "I would have come on Monday myself if I had known.",
    "The shop on the High Street reopens on Monday.",
    "Passengers must check in by 6 am tomorrow.",
    "We can't promise delivery before Christmas.",
    "You'll have to be at the clinic by 8 tomorrow, with nothing to eat beforehand.",
    "Did our driver not show up on Saturday?",
    "The warranty on your boiler runs out on 30 November.",
    "Your daughter's teacher mentioned that you would pick her up at 3 tomorrow.",
    "Whether the bridge opens on Friday is up to the weather.",
    "The last bus leaves at 11 tonight.",
    "If the swelling hasn't gone down by tomorrow, see your GP.",
    "Our policy is to reply within ten working days.",
    "Thank you for sending the receipt on Monday and for your patience since.",
    "The letter of 12 November says that you must reply by 4 December.",
    "If nobody has called you by Friday, ring me on this number.",
    "Unfortunately no appointment is free before 7 December.",
    "Your flight on Saturday has been cancelled by the airline.",
    "We were due to fix the gate last Thursday and did not.",
    "I'd be glad to ring you tomorrow, should you wish.",
    "Claims are usually settled in ten to fifteen working days.",
    "Please allow the engineer in on Thursday between 8 and 10.",
    "Have you received the parcel we sent on Friday?",
    "Your tenancy ends on 31 December and the keys are due back that day.",
    "We don't deliver on Sundays.",
    "You mentioned that the doctor will see you on Wednesday; I hope it goes well.",
    "The sale starts on Friday at 9.",
    "He ought to have phoned you yesterday.",
    "The pool is closed for repairs until 2 December.",
    "Depending on the lab, the results may come on Monday.",
    "You wanted the sofa by Saturday, and we can't manage that.",
    "Your next bill is due on 15 December.",
    "I was told the van would be with you at 10 this morning.",
    "Your appointment is at 10 on Thursday in room 4.",
    "If you send the form back today, we'll pay you on Friday.",
    "We called at your flat on Monday at 9 but nobody was in.",
    "She told us that her husband would collect the parcel on Saturday.",
    "Our café opens at 8 tomorrow.",
    "It may be Friday before we know anything.",
    "Please ring us before 5 pm.",
    "Your cover ends at midnight on 30 November.",
    "The refund was sent on 20 November and nothing more will follow.",
    "Are you free on Wednesday at 3?",
    "No engineer can come before 3 December.",
    "Deliveries to the islands take five to seven days.",
    "You need to vacate the flat by noon on Monday.",
    "The previous agent had promised a call by 17 November.",
    "We hope the concert on Saturday goes well for you.",
    "I don't know whether the bus will run tomorrow.",
    "Your neighbours are having work done on Friday from 8 am.",
    "The exam is on 2 December at 9 am.",
    "Until Thursday the system shows your old address.",
    "Unless it rains, the crew may come on Friday.",
    "The doctor you saw on Monday wrote in your notes that he would ring you on Wednesday, and he didn't.",
    "Your son's school is closed on Friday for training.",
    "I would love to say the lift will run by tomorrow, but I'd be guessing.",
    "He was to have delivered it on Saturday at noon.",
    "You'll need to collect the parcel by 1 December or it goes back to the sender.",
    "By law we have until 18 December to answer.",
    "The direct debit of £40 leaves your account on 1 December.",
    "We can only send an engineer once you have picked a slot, and Thursday is still free.",
    "In my note of last Thursday I said you'd hear by today, and I'm sorry you haven't.",
    "Ask for Jan when you ring us tomorrow after 2.",
    "They say the strike ends on Wednesday.",
    "Your policy renews on 3 December unless you tell us otherwise.",
    "What time on Friday would you like us to call?",
    "The invoice is payable within 30 days.",
    "Your carer can come in with you on Thursday at 10.",
    "At the meeting on 12 November the board turned the request down.",
    "I am off sick from Thursday, so please write to the team address.",
    "Your solicitor will hear from the court by 4 December.",
    "The driver waited until 6 pm yesterday.",
    "The kitchen closes at 10 tonight.",
    "You said you would send us the meter reading on Friday.",
    "Should the pain get worse before Thursday, go to A&E.",
    "A refund takes up to ten working days to appear.",
    "The previous tenant moves out on 30 November.",
    "The school bus will pick Maya up from your door from tomorrow.",
]


@pytest.mark.parametrize("table", [PROMISED])
def test_a_promise_is_found_whatever_the_trade(table: dict[str, str]) -> None:
    assert {text: promised(text) for text in table} == table


@pytest.mark.parametrize("texts", [NOT_PROMISED])
def test_what_only_tells_asks_reports_or_sets_terms_is_no_promise(texts: list[str]) -> None:
    assert {text: promised(text) for text in texts} == dict.fromkeys(texts, "")
