"""What the guide, the log and the purchase path say. Codes are in the modules beside this one."""

from flask_babel import lazy_gettext as _l

FORMS = {
    "small_test": _l("Small test"),
    "explorative_opi": _l("Explorative OPI"),
    "innovative_procurement": _l("Innovative procurement"),
    "innovation_partnership": _l("Innovation partnership"),
    "strategic_cooperation": _l("Strategic cooperation"),
}
FORM_MEANINGS = {
    "small_test": _l(
        "You try something that exists, for a short time and with few users, to learn whether it "
        "works at your place. You buy nothing, and nobody is promised a purchase."
    ),
    "explorative_opi": _l(
        "You develop together and do not know the result. Both sides put in work, and none of you "
        "buys from the other. The agreement says who may use what comes out of it."
    ),
    "innovative_procurement": _l(
        "You buy, and ask for an effect instead of a product. Requirements on function and a "
        "dialogue with the market beforehand leave room for new solutions."
    ),
    "innovation_partnership": _l(
        "One tender for both development and purchase. It is meant for what the market does not "
        "have, and you choose your partners openly before the work begins."
    ),
    "strategic_cooperation": _l(
        "A frame for learning from each other over years, without purchase. Each test or purchase "
        "that grows out of it gets a form of its own."
    ),
}
FORM_LATER = {
    "small_test": _l(
        "A later purchase is a step of its own. Write down what was tried and what it showed, and "
        "give it to everybody who bids."
    ),
    "explorative_opi": _l(
        "A later purchase is a step of its own, and the partner bids like everybody else. Decide "
        "before you begin what is made public, so that the partner is not shut out."
    ),
    "innovative_procurement": _l(
        "This is the purchase. Check the thresholds first. Who helped you to write the "
        "requirements may not have an advantage from it."
    ),
    "innovation_partnership": _l(
        "No new tender is needed to buy what was developed, as long as it keeps to the level of "
        "performance and the highest price that were agreed in advance."
    ),
    "strategic_cooperation": _l(
        "The cooperation gives no right to deliver. Keep the log from the first day, because you "
        "do not know yet what will be bought."
    ),
}
RULES = {
    "long_term": _l("You want to work together for years, and nothing is to be bought yet."),
    "test_what_is_ready": _l("It exists, you want to learn, and you do not pay for it."),
    "buy_what_must_be_developed": _l(
        "It does not exist, you pay for the development, and you want to buy what comes out of it."
    ),
    "buy_openly": _l("You want to buy, and the market can offer something when it is asked."),
    "paid_is_bought": _l("You pay in full, and to pay in full is to buy."),
    "develop_together": _l("You want to develop something together, and both sides contribute."),
    "learn_together": _l(
        "You want to learn about something that is not ready, and both sides contribute."
    ),
}
ADVICE = {
    "payment_is_purchase": _l(
        "You pay: find out whether it must be put out to tender before you agree on anything. "
        "Research and development has rules of its own, which look at who pays and who owns the "
        "result."
    ),
    "costs_are_written": _l(
        "You cover costs: write down which, and what they amount to. More than that is payment."
    ),
    "free_is_no_promise": _l(
        "It is free: say in writing that nobody is promised a purchase in return."
    ),
    "share_all": _l(
        "A purchase may follow, and it may be large: write down every contact in the log, give "
        "all companies the same information, and give good time in the tender."
    ),
    "small_purchase": _l(
        "A purchase may follow, but a small one: the simpler rules still ask you to treat "
        "everybody alike and to buy on market terms."
    ),
    "no_purchase": _l(
        "No purchase is expected. Keep the log all the same: plans change, and what was not "
        "written down cannot be shared later."
    ),
    "choose_openly": _l(
        "Others may be able to do it: tell openly that you look for a partner, and choose by "
        "criteria that were known beforehand."
    ),
    "test_the_market": _l(
        "You know only one who can: ask the market before you build on it. It is for you to show "
        "that there are no others."
    ),
}
QUESTIONS = {
    "aim": _l("What do you want to come out of it?"),
    "exists": _l("Does it exist already?"),
    "pays": _l("Do you pay the company on the way?"),
    "later": _l("Do you expect to buy afterwards?"),
    "value": _l("What would a purchase be worth, over all years?"),
    "others": _l("How many could do it?"),
}
ANSWERS = {
    "aim": {
        "learn": _l("To know whether it works at our place"),
        "develop": _l("To develop something together"),
        "buy": _l("To buy a solution"),
        "long": _l("To work together over years on several things"),
    },
    "exists": {
        "ready": _l("Yes, it can be bought today"),
        "adapting": _l("Almost, but it must be adapted"),
        "no": _l("No, it must be developed"),
    },
    "pays": {
        "nothing": _l("No, each side bears its own costs"),
        "costs": _l("We cover some of the costs"),
        "full": _l("Yes, we pay for the work or the product"),
    },
    "later": {"no": _l("No"), "maybe": _l("Perhaps"), "yes": _l("Yes, if it works")},
    "value": {
        "under": _l("Clearly under the EU threshold"),
        "near": _l("Close to the EU threshold"),
        "over": _l("Over the EU threshold"),
        "unknown": _l("We do not know yet"),
    },
    "others": {
        "one": _l("Only one that we know of"),
        "several": _l("Several"),
        "unknown": _l("We do not know"),
    },
}
PATHS = {
    "tender": _l("A tender"),
    "innovation_partnership": _l("An innovation partnership"),
    "existing_agreement": _l("An agreement that we already have, such as a framework agreement"),
    "direct": _l("A purchase under the threshold, without a tender"),
    "no_purchase": _l("No purchase"),
    "undecided": _l("Not decided: we act as if a tender came"),
}
POINTS = {
    "results": _l("Results and rights"),
    "secrecy": _l("Secrecy"),
    "data": _l("Data"),
    "payment": _l("Payment"),
    "new_parties": _l("New parties"),
    "state_aid": _l("State aid"),
    "afterwards": _l("What happens after"),
}
POINT_QUESTIONS = {
    "results": _l(
        "What does each bring along, and keep? Who owns what you make together, and who may use, "
        "change and sell it? What becomes public?"
    ),
    "secrecy": _l(
        "What is secret, for whom and for how long? What must be open so that a later purchase is "
        "fair? Remember that public bodies answer requests for access to documents."
    ),
    "data": _l(
        "Which data are used, and are there personal data among them? Who is responsible, who "
        "processes for whom, and what is deleted when?"
    ),
    "payment": _l(
        "Who bears which costs? Is anything paid, for what and at which price? What happens if it "
        "becomes more expensive?"
    ),
    "new_parties": _l(
        "Can more companies or public bodies join on the way, on which terms, and who says yes? "
        "What if somebody leaves?"
    ),
    "state_aid": _l(
        "Does a company get something of value that others do not get? If so: a market price, open "
        "results, or a rule of exemption, and a note of why."
    ),
    "afterwards": _l(
        "When does it end, and who decides what then? How is a purchase made? Who takes the "
        "equipment home, and what do users get instead?"
    ),
}
KINDS = {
    "proposal": _l("Shown the need in a proposal"),
    "introduction": _l("Introduced to the other parties"),
    "question": _l("Asked a question"),
    "answer": _l("Got an answer"),
    "note": _l("Got a note to all"),
    "document": _l("Got a document"),
    "meeting": _l("Meeting"),
    "test": _l("Took part in a test"),
    "requirements": _l("Took part in writing requirements"),
    "paid": _l("Had a paid part"),
    "correction": _l("A line was written by mistake"),
}
#: Why somebody may have to be kept out, as the middle of a sentence.
REASONS = {
    "document": _l("has got a document that the others have not"),
    "meeting": _l("has been to a meeting that the others have not"),
    "answer": _l("has got an answer that the others have not"),
    "test": _l("has taken part in a test"),
    "requirements": _l("has taken part in writing the requirements"),
    "paid": _l("has had a paid part"),
}
#: The columns of the log as a file.
LOG_COLUMNS = (
    _l("Number"),
    _l("Day"),
    _l("Written down (UTC)"),
    _l("Organisation"),
    _l("Person"),
    _l("What"),
    _l("About"),
    _l("Text"),
    _l("By"),
    _l("Taken back (UTC)"),
)
SOURCE_NOTES = {
    "before_2022": _l(
        "The authority says itself that the changes of the law of 1 July 2022 are not worked in."
    ),
    "law": _l(
        "§ 39 on dialogue before a tender and on sharing what was learnt, § 136 on exclusion, "
        "§§ 73-79 on the innovation partnership, § 22 on research and development."
    ),
    "directive": _l(
        "Article 40 on market consultations, article 41 on earlier involvement, article 31 on the "
        "innovation partnership."
    ),
    "thresholds": _l("They change every second year. Look up the present ones."),
    "research": _l("When research and development must be put out to tender, and when not."),
    "state_aid": _l("When support for research, development and innovation is state aid."),
    "model_agreement": _l("A whole agreement to start from. Have it adapted to your case."),
}
