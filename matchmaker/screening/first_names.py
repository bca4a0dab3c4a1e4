"""First names that many Danes bear, to tell "patienten Kirsten" from "patienten Ringer"."""

_WOMEN = """
    Aase Agnete Alma Anette Anna Anne Annelise Annette Astrid Bente Berit Birgit Birgitte
    Birthe Bodil Britta Camilla Caroline Cecilie Charlotte Christina Connie Dagmar Ditte Dorte
    Dorthe Edith Elin Elisabeth Ella Ellen Else Emilie Emily Emma Erna Ester Esther Eva Fatima
    Freja Frida Gerda Gitte Grethe Gudrun Gunhild Hanne Hedvig Helene Helle Henny Ida Inga Inge
    Ingeborg Inger Ingrid Irene Jane Janne Jeanette Jette Johanne Josefine Julie Jytte Karen
    Karin Karla Kathrine Kirsten Kristine Lene Lilly Line Lis Lisbeth Lise Lone Louise Maja
    Maren Margaret Margit Margrethe Maria Marianne Marie Martha Mary Mathilde Merete Mette Mia
    Michelle Mona Nanna Nina Oda Olga Pernille Pia Randi Rikke Rita Ruth Sanne Sara Sarah Signe
    Sigrid Sofie Sonja Stine Susanne Sussi Tanja Thea Tina Tove Trine Ulla Valborg Vera Vibeke
    Vivian Winnie Yvonne
"""
_MEN = """
    Aage Ahmed Aksel Albert Alexander Ali Allan Anders Andreas Anker Anton Arne Arthur Asger
    Axel Benny Bent Bjarne Bjørn Bo Brian Børge Carl Carsten Casper Christian Christoffer Claus
    Daniel David Dennis Egon Ejner Emil Erik Erling Ernst Esben Evald Finn Flemming Frank
    Frederik Frode Georg George Gunnar Gustav Hans Harald Harry Helge Henning Henrik Henry
    Herluf Holger Hugo Ib Ivan Ivar Jacob Jakob James Jan Jens Jeppe Jesper Jimmy Johan Johannes
    John Johnny Jonas Jørgen Jørn Kaj Karl Karsten Kasper Keld Kenneth Kent Kim Kjeld Klaus Knud
    Kristian Kurt Lars Lasse Leif Leo Louis Ludvig Mads Magnus Malthe Marius Martin Mathias
    Michael Mikael Mikkel Mogens Mohamed Morten Niels Niklas Nikolaj Noah Ole Oliver Oluf Oscar
    Otto Ove Palle Paul Peder Per Peter Poul Preben Rasmus René Richard Robert Rune Simon Steen
    Steffen Sten Stephen Stig Svend Søren Thomas Thorkild Tobias Tom Tommy Torben Troels Uffe
    Ulrik Valdemar Verner Victor Viggo Villy William Willy
"""
FIRST_NAMES = frozenset(f"{_WOMEN} {_MEN}".split())
